use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use ::authorizer::Event;
use certs::keys::{KeyError, KeyRequest, create};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use shared::base::clock::Clock;
use shared::model::api_key::NewApiKey;
use shared::model::principal::Scope;
use shared::runtime::invocation::Invocation;

use super::{sender, without_id};
use crate::credits::credit;
use crate::world::World;

const ALL: [Scope; 2] = [Scope::Read, Scope::Write];

#[tokio::test]
async fn a_good_key_writes_in_its_own_name() {
    let world = World::new().await;
    let key = world.key(&ALL).await;
    for header in [key.reveal().to_owned(), format!("Bearer {}", key.reveal())] {
        let api = sender(&world.authorizer(), &world.api, Some(&header)).await;
        let created = api.post("/credits/{tenant}").json(&credit(json!({})));
        let created = created.send().await;
        assert_eq!(created.status, 200, "{}", created.text);
        assert_eq!(created.body["sys_created_by_id"], key.id.as_str());
        assert_eq!(created.body["sys_last_modified_by_id"], key.id.as_str());
        let context = &created.body["sys_last_security_context"];
        assert_eq!(context["principal_id"], key.id.as_str());
        assert_eq!(context["tenant_id"], world.api.tenant());
        assert_eq!(context["scopes"], json!(["read", "write"]));
        assert_eq!(context["source"], "api");
        assert_eq!(context["proof"], "api_key");
    }
}

#[tokio::test]
async fn bad_keys_are_refused_alike_without_a_write() {
    let world = World::new().await;
    let key = world.key(&ALL).await;
    let revoked = world.key(&ALL).await;
    let table = &world.table;
    table
        .revoke_api_key(&revoked.id, Timestamp::now())
        .await
        .unwrap();
    let expired = KeyRequest {
        tenant: world.registered_tenant().await,
        scopes: ALL.to_vec(),
        expires_at: Some(Timestamp::now()),
    };
    let expired = create(table, expired).await.unwrap();
    let text = key.reveal();
    let changed = text.replace(&text[30..31], if &text[30..31] == "A" { "B" } else { "A" });
    let unknown = NewApiKey::new([3; 8], [4; 32]);
    let mut refusals = Vec::new();
    for header in [
        None,
        Some(""),
        Some("demo-key"),
        Some("Bearer"),
        Some(&format!("Basic {text}")),
        Some(&format!("{text},{text}")),
        Some(&text[..text.len() - 1]),
        Some(&changed),
        Some(unknown.reveal()),
        Some(revoked.reveal()),
        Some(expired.reveal()),
    ] {
        let api = sender(&world.authorizer(), &world.api, header).await;
        let request = api.post("/credits/{tenant}").json(&credit(json!({})));
        let refusal = world.refused(request, 401, "unauthenticated").await;
        assert_eq!(refusal.header("www-authenticate"), Some("Bearer"));
        refusals.push(without_id(&refusal));
    }
    refusals.dedup();
    assert_eq!(refusals.len(), 1);
}

#[tokio::test]
async fn another_secret_under_a_known_id_is_refused() {
    let world = World::new().await;
    let key = world.key(&ALL).await;
    let id = u64::from_str_radix(key.id.as_str(), 16).unwrap();
    let forged = NewApiKey::new(id.to_be_bytes(), [0; 32]);
    assert_eq!(forged.id, key.id);
    let api = sender(&world.authorizer(), &world.api, Some(forged.reveal())).await;
    let request = api.get("/credits/{tenant}");
    world.refused(request, 401, "unauthenticated").await;
}

#[tokio::test]
async fn another_tenants_key_is_forbidden_whether_the_tenant_exists_or_not() {
    let (world, other) = (World::new().await, World::new().await);
    let key = other.key(&ALL).await;
    let own = sender(&world.authorizer(), &world.api, Some(key.reveal())).await;
    let missing = own.for_tenant("no-such.example");
    let mut refusals = Vec::new();
    for api in [own, missing] {
        let request = api.post("/credits/{tenant}").json(&credit(json!({})));
        refusals.push(without_id(&world.refused(request, 403, "forbidden").await));
    }
    assert_eq!(refusals[0], refusals[1]);
    assert!(!refusals[0].contains(world.api.tenant()));
}

#[tokio::test]
async fn a_mistyped_key_costs_no_look_up() {
    let world = World::new().await;
    let key = world.key(&ALL).await;
    world.faults.recorder().clear();
    let mistyped = key.reveal().to_uppercase();
    sender(&world.authorizer(), &world.api, Some(&mistyped)).await;
    assert!(world.faults.recorder().calls().is_empty());
}

#[tokio::test]
async fn a_keys_use_is_noted_once_an_hour_and_a_bad_ones_never() {
    let world = World::new().await;
    let key = world.key(&ALL).await;
    let minutes = Arc::new(AtomicI64::new(0));
    let (passed, start) = (Arc::clone(&minutes), Timestamp::now());
    let now = move || start + SignedDuration::from_mins(passed.load(Ordering::Relaxed));
    let authorizer = world.authorizer().with_clock(Clock::from_fn(now));
    let notes = || world.faults.recorder().calls_to("UpdateItem").len();
    for (minute, expected) in [(0, 1), (1, 1), (59, 1), (60, 2), (119, 2), (121, 3)] {
        minutes.store(minute, Ordering::Relaxed);
        sender(&authorizer, &world.api, Some(key.reveal())).await;
        assert_eq!(notes(), expected, "after {minute} minutes");
    }
    let stored = world.table.api_key(&key.id).await.unwrap().unwrap();
    assert!(stored.last_used_at.unwrap() > start + SignedDuration::from_mins(120));
    world.table.revoke_api_key(&key.id, start).await.unwrap();
    minutes.store(500, Ordering::Relaxed);
    sender(&authorizer, &world.api, Some(key.reveal())).await;
    // The fourth write was the revocation itself.
    assert_eq!(notes(), 4);
}

#[tokio::test]
async fn a_good_key_is_known_though_its_use_cannot_be_noted() {
    let world = World::new().await;
    let key = world.key(&ALL).await;
    world.faults.on("UpdateItem").always().throttle();
    let api = sender(&world.authorizer(), &world.api, Some(key.reveal())).await;
    assert_eq!(api.get("/credits/{tenant}").send().await.status, 200);
    // The number of attempts depends on how much of the short time the store takes.
    assert!(!world.faults.recorder().calls_to("UpdateItem").is_empty());
    let stored = world.table.api_key(&key.id).await.unwrap().unwrap();
    assert_eq!(stored.last_used_at, None);
}

#[tokio::test]
async fn a_store_that_does_not_answer_makes_nobody_unknown() {
    let world = World::new().await;
    let key = world.key(&ALL).await;
    world.faults.on("GetItem").times(3).throttle();
    let event = Event::new(Some(key.reveal().to_owned()));
    let error = world
        .authorizer()
        .authorize(event, &Invocation::default())
        .await
        .unwrap_err();
    assert_eq!(error.code(), "unavailable");
}

#[tokio::test]
async fn only_a_hash_of_a_key_is_stored() {
    let world = World::new().await;
    let key = world.key(&ALL).await;
    let written = world.faults.recorder().calls_to("PutItem");
    let secret = &key.reveal()[23..];
    assert!(
        written
            .iter()
            .any(|call| call.request.to_string().contains(key.id.as_str()))
    );
    assert!(
        written
            .iter()
            .all(|call| !call.request.to_string().contains(secret))
    );
}

#[tokio::test]
async fn a_key_of_an_unregistered_tenant_is_not_made() {
    let world = World::new().await;
    let request = KeyRequest {
        tenant: world.api.tenant().parse().unwrap(),
        scopes: ALL.to_vec(),
        expires_at: None,
    };
    let refused = create(&world.table, request).await;
    assert!(matches!(refused, Err(KeyError::UnknownTenant(_))));
    assert_eq!(world.faults.recorder().applied_writes(), 0);
}

#[tokio::test]
async fn the_event_file_of_the_authorizer_is_understood() {
    let world = World::new().await;
    let event = include_str!("../../../events/authorizer/authorize.json");
    let event: Event = serde_json::from_str(event).unwrap();
    let answer = world
        .authorizer()
        .authorize(event, &Invocation::default())
        .await
        .unwrap();
    // A well-formed key that does not exist: it was looked up, and does not count.
    assert_eq!(world.faults.recorder().calls_to("GetItem").len(), 1);
    assert_eq!(json!(answer)["isAuthorized"], true);
    assert_eq!(answer.context.principal_id, "");
}
