use serde_json::json;
use shared::model::id::TenantId;

use super::by_token;
use crate::credits::credit;
use crate::world::World;

async fn is_registered(world: &World) -> bool {
    let tenant = TenantId::try_from(world.api.tenant().to_owned()).unwrap();
    let settings = world.table.registered_tenant(&tenant).await.unwrap();
    settings.is_some()
}

/// How often the registry was written to.
fn registrations(world: &World) -> usize {
    let puts = world.faults.recorder().calls_to("PutItem").into_iter();
    puts.filter(|put| put.request["Item"]["pk"]["S"] == "#tenants")
        .count()
}

#[tokio::test]
async fn the_first_write_by_token_registers_the_tenant_once() {
    let world = World::new().await;
    let api = by_token(&world.api, &["read", "write"]);
    assert_eq!(api.get("/credits/{tenant}").send().await.status, 200);
    assert!(!is_registered(&world).await);
    for _ in 0..3 {
        let create = api.post("/credits/{tenant}").json(&credit(json!({})));
        assert_eq!(create.send().await.status, 200);
    }
    assert!(is_registered(&world).await);
    assert_eq!(registrations(&world), 1);
}

#[tokio::test]
async fn a_registered_tenant_keeps_its_settings() {
    let world = World::new().await;
    world.set("time_zone", "Asia/Tokyo").await;
    let create = by_token(&world.api, &["write"]).post("/credits/{tenant}");
    assert_eq!(create.json(&credit(json!({}))).send().await.status, 200);
    let tenant = TenantId::try_from(world.api.tenant().to_owned()).unwrap();
    let settings = world.table.tenant_settings(&tenant).await.unwrap();
    assert_eq!(settings.time_zone.as_deref(), Some("Asia/Tokyo"));
}

#[tokio::test]
async fn a_refused_write_and_one_by_key_register_nothing() {
    let world = World::new().await;
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
    for expected in [false, true] {
        let create = api.post("/credits/{tenant}").json(&credit(json!({})));
        assert_eq!(create.send().await.status, 200);
        assert_eq!(is_registered(&world).await, expected);
    }
    assert!(world.faults.all_happened());
}
