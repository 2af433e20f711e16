//! The reports to an operator about writes whose response was lost: a completed write is reported
//! as done, and an unknown outcome as unknown.

use certs::keys::{KeyError, KeyRequest, create};
use jiff::Timestamp;
use serde_json::json;
use shared::model::api_key::ApiKey;
use shared::model::id::TenantId;
use shared::model::principal::Scope;
use shared::model::tenant::TenantSettings;
use shared::repository::Holding;

use crate::world::World;

/// The number of attempts of the SDK.
const EVERY_TRY: usize = 3;

fn tenant(world: &World) -> TenantId {
    world.api.tenant().parse::<TenantId>().unwrap()
}

fn in_zone(name: &str) -> TenantSettings {
    TenantSettings {
        time_zone: Some(name.to_owned()),
        ..TenantSettings::default()
    }
}

fn request(tenant: &TenantId) -> KeyRequest {
    KeyRequest {
        tenant: tenant.clone(),
        scopes: vec![Scope::Read],
        expires_at: None,
    }
}

impl World {
    async fn keys(&self) -> Vec<ApiKey> {
        self.table.api_keys_of(&tenant(self)).await.unwrap()
    }
}

#[tokio::test]
async fn a_registration_whose_response_is_lost_is_new() {
    let world = World::new().await;
    let (tenant, table) = (tenant(&world), &world.table);
    world.faults.on("PutItem").lose_response();
    let tokyo = in_zone("Asia/Tokyo");
    assert!(table.register_tenant(&tenant, &tokyo).await.unwrap());
    assert!(world.faults.all_happened());
    // A second registration is refused, although its settings are the same.
    assert!(!table.register_tenant(&tenant, &tokyo).await.unwrap());
    assert_eq!(table.registered_tenant(&tenant).await.unwrap(), Some(tokyo));
}

#[tokio::test]
async fn a_registration_that_meets_another_ones_settings_is_not_new() {
    let world = World::new().await;
    let (tenant, table) = (tenant(&world), &world.table);
    let tokyo = in_zone("Asia/Tokyo");
    table.register_tenant(&tenant, &tokyo).await.unwrap();
    world.faults.on("PutItem").lose_response();
    let berlin = in_zone("Europe/Berlin");
    assert!(!table.register_tenant(&tenant, &berlin).await.unwrap());
    assert!(world.faults.all_happened());
    assert_eq!(table.registered_tenant(&tenant).await.unwrap(), Some(tokyo));
}

#[tokio::test]
async fn a_registration_or_change_without_any_response_is_said_to_be_unknown() {
    let world = World::new().await;
    let (tenant, table) = (tenant(&world), &world.table);
    let (tokyo, berlin) = (in_zone("Asia/Tokyo"), in_zone("Europe/Berlin"));
    world.faults.on("PutItem").times(EVERY_TRY).lose_response();
    let unknown = table.register_tenant(&tenant, &tokyo).await;
    assert_eq!(unknown.unwrap_err().code(), "outcome-unknown");
    world.faults.on("PutItem").times(EVERY_TRY).lose_response();
    let unknown = table
        .replace_tenant_settings(&tenant, &tokyo, &berlin)
        .await;
    assert_eq!(unknown.unwrap_err().code(), "outcome-unknown");
    // Both were done.
    let stored = table.registered_tenant(&tenant).await.unwrap();
    assert_eq!(stored, Some(berlin));
    assert!(world.faults.all_happened());
}

#[tokio::test]
async fn a_registration_that_the_store_refused_each_time_was_not_done() {
    let world = World::new().await;
    let (tenant, table) = (tenant(&world), &world.table);
    world.faults.on("PutItem").times(EVERY_TRY).throttle();
    let refused = table.register_tenant(&tenant, &in_zone("Asia/Tokyo")).await;
    assert_eq!(refused.unwrap_err().code(), "unavailable");
    assert_eq!(table.registered_tenant(&tenant).await.unwrap(), None);
}

#[tokio::test]
async fn a_key_whose_response_is_lost_is_made_and_its_secret_told() {
    let world = World::new().await;
    let tenant = world.registered_tenant().await;
    world.faults.on("PutItem").lose_response();
    let key = create(&world.table, request(&tenant)).await.unwrap();
    assert!(world.faults.all_happened());
    assert_eq!(world.keys().await[0].hash, key.hash());
}

#[tokio::test]
async fn a_key_that_may_have_been_stored_is_named_so_that_it_can_be_revoked() {
    let world = World::new().await;
    let tenant = world.registered_tenant().await;
    world.faults.on("PutItem").times(EVERY_TRY).lose_response();
    let unknown = create(&world.table, request(&tenant)).await.unwrap_err();
    let KeyError::OutcomeUnknown(id) = &unknown else {
        panic!("{unknown}");
    };
    assert_eq!(&world.keys().await[0].id, id);
    let said = unknown.to_string();
    assert!(said.contains(&format!("certs keys revoke {id}")), "{said}");
}

#[tokio::test]
async fn a_revocation_whose_response_is_lost_keeps_its_first_moment() {
    let world = World::new().await;
    let key = world.key(&[Scope::Read]).await;
    let first = Timestamp::now();
    world.faults.on("UpdateItem").lose_response();
    let revoked = world.table.revoke_api_key(&key.id, first).await.unwrap();
    assert_eq!(revoked.revoked_at, Some(first));
    assert!(world.faults.all_happened());
}

#[tokio::test]
async fn a_revocation_without_any_response_is_said_to_be_unknown_and_can_be_repeated() {
    let world = World::new().await;
    let key = world.key(&[Scope::Read]).await;
    world
        .faults
        .on("UpdateItem")
        .times(EVERY_TRY)
        .lose_response();
    let first = Timestamp::now();
    let unknown = world.table.revoke_api_key(&key.id, first).await;
    assert_eq!(unknown.unwrap_err().code(), "outcome-unknown");
    let again = world.table.revoke_api_key(&key.id, Timestamp::now()).await;
    assert_eq!(again.unwrap().revoked_at, Some(first));
}

#[tokio::test]
async fn a_removal_counts_what_it_deleted_though_the_responses_are_lost() {
    let world = World::new().await;
    let tenant = world.registered_tenant().await;
    world.key(&[Scope::Read]).await;
    world.create(json!({})).await;
    let table = &world.table;
    let lose = || world.faults.on("DeleteItem").lose_response();
    lose();
    assert!(table.unregister_tenant(&tenant).await.unwrap());
    lose();
    assert_eq!(table.delete_api_keys_of(&tenant).await.unwrap(), 1);
    lose();
    let purged = table.purge(&tenant, Holding::Credits, |_| ()).await;
    assert_eq!(purged.unwrap(), 1);
    assert!(world.faults.all_happened());
    assert!(!table.unregister_tenant(&tenant).await.unwrap());
    assert_eq!(table.holdings_of(&tenant).await.unwrap(), []);
}

#[tokio::test]
async fn a_removal_without_any_response_is_said_to_be_unknown_and_completed_by_another() {
    let world = World::new().await;
    let tenant = world.registered_tenant().await;
    let table = &world.table;
    world
        .faults
        .on("DeleteItem")
        .times(EVERY_TRY)
        .lose_response();
    let unknown = table.unregister_tenant(&tenant).await;
    assert_eq!(unknown.unwrap_err().code(), "outcome-unknown");
    assert!(!table.unregister_tenant(&tenant).await.unwrap());
}
