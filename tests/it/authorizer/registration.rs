use std::time::{Duration, Instant};

use integration_tests::api::{Api, Request};
use integration_tests::faults::Plan;
use integration_tests::policy::CREDITS;
use serde_json::json;
use shared::base::clock::Clock;
use shared::model::id::TenantId;

use super::by_token;
use crate::credits::credit;
use crate::world::{self, World};

/// The time of an invocation here: as much as a stalled call to the store takes.
const TIME: Duration = Duration::from_secs(60);
/// Far less than that, and far more than an answer takes that waits for nothing.
const SOON: Duration = Duration::from_secs(20);
/// The number of requests in a row for which the store may be too busy to register a tenant.
const TRIES: usize = 20;

async fn is_registered(world: &World) -> bool {
    let tenant = world.api.tenant().parse::<TenantId>().unwrap();
    let settings = world.table.registered_tenant(&tenant).await.unwrap();
    settings.is_some()
}

/// Returns the number of writes to the registry.
fn registrations(world: &World) -> usize {
    let puts = world.faults.recorder().calls_to("PutItem").into_iter();
    puts.filter(|put| put.request["Item"]["pk"]["S"] == "#tenants")
        .count()
}

/// Returns a credits function that has served no request yet, like a new process.
fn new_process(world: &World) -> Api {
    let function = world::credits(world.table_of(CREDITS), Clock::system());
    by_token(&Api::new(function, world.api.tenant()), &["read"])
}

/// Sends a request, and again until nothing is left to be registered: on a busy store a
/// registration may take longer than an answer waits for it, and then the next request tries again.
async fn send_until_registered(world: &World, request: impl Fn() -> Request) {
    for _ in 0..TRIES {
        let before = registrations(world);
        let answer = request().send().await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        if registrations(world) == before {
            assert!(is_registered(world).await);
            return;
        }
    }
    panic!("{TRIES} requests registered nobody");
}

fn create(api: &Api) -> Request {
    api.post("/credits/{tenant}").json(&credit(json!({})))
}

#[tokio::test]
async fn the_first_accepted_request_by_token_registers_the_tenant_once() {
    let read = |api: &Api| api.get("/credits/{tenant}");
    let requests: [fn(&Api) -> Request; 2] = [read, create];
    for request in requests {
        let world = World::new().await;
        let api = by_token(&world.api, &["read", "write"]);
        assert_eq!(request(&api).send().await.status, 200);
        assert_eq!(registrations(&world), 1);
        send_until_registered(&world, || request(&api)).await;
        let before = registrations(&world);
        for _ in 0..3 {
            assert_eq!(request(&api).send().await.status, 200);
        }
        assert_eq!(registrations(&world), before);
    }
}

#[tokio::test]
async fn a_registration_that_stalls_or_fails_changes_nothing_of_the_writes_answer() {
    let faults: [fn(Plan<'_>); 3] = [
        |plan| plan.stall(),
        |plan| plan.times(3).throttle(),
        |plan| plan.refuse("InternalServerError"),
    ];
    for fault in faults {
        let world = World::new().await;
        let api = by_token(&world.api, &["read", "write"]).within(TIME);
        fault(world.faults.on("PutItem").after(1));
        let began = Instant::now();
        let created = create(&api).send().await;
        assert_eq!(created.status, 200, "{}", created.text);
        assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
        let id = created.body["id"].as_str().unwrap();
        assert_eq!(world.read(id).await.body, created.body);
    }
}

#[tokio::test]
async fn the_next_read_in_any_process_makes_up_for_a_registration_that_did_not_succeed() {
    for is_same_process in [true, false] {
        let world = World::new().await;
        let api = by_token(&world.api, &["read", "write"]).within(TIME);
        world.faults.on("PutItem").after(1).stall();
        assert_eq!(create(&api).send().await.status, 200);
        assert!(!is_registered(&world).await);
        let next = if is_same_process {
            api
        } else {
            new_process(&world)
        };
        send_until_registered(&world, || next.get("/credits/{tenant}/contact/ada")).await;
        assert!(world.faults.all_happened());
    }
}

#[tokio::test]
async fn a_registered_tenant_keeps_its_settings() {
    let world = World::new().await;
    world.set("time_zone", "Asia/Tokyo").await;
    let create = by_token(&world.api, &["write"]).post("/credits/{tenant}");
    assert_eq!(create.json(&credit(json!({}))).send().await.status, 200);
    let tenant = world.api.tenant().parse::<TenantId>().unwrap();
    let settings = world.table.tenant_settings(&tenant).await.unwrap();
    assert_eq!(settings.time_zone.as_deref(), Some("Asia/Tokyo"));
}

#[tokio::test]
async fn a_refused_request_and_one_by_key_register_nothing() {
    let world = World::new().await;
    let missing = by_token(&world.api, &["read"]).get("/credits/{tenant}/nothing");
    assert_eq!(missing.send().await.status, 404);
    for (scopes, body) in [
        (["read"], credit(json!({}))),
        (["write"], credit(json!({"date": "never"}))),
    ] {
        let create = by_token(&world.api, &scopes).post("/credits/{tenant}");
        assert!(create.json(&body).send().await.status >= 400);
    }
    world.create(json!({})).await;
    assert!(!is_registered(&world).await);
    assert_eq!(registrations(&world), 0);
}

#[tokio::test]
async fn a_registration_that_fails_is_made_up_for_by_the_next_write() {
    let world = World::new().await;
    let api = by_token(&world.api, &["write"]);
    world.faults.on("PutItem").after(1).times(3).throttle();
    assert_eq!(create(&api).send().await.status, 200);
    assert!(!is_registered(&world).await);
    send_until_registered(&world, || create(&api)).await;
    assert!(world.faults.all_happened());
}
