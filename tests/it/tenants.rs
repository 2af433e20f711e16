//! The registry of tenants, as operators change it: settings and removal.

use serde_json::json;
use shared::base::error::Error;
use shared::model::id::TenantId;
use shared::model::principal::Scope;
use shared::model::tenant::TenantSettings;
use shared::repository::Holding;

use crate::authorizer::sender;
use crate::world::World;

fn in_zone(name: &str) -> TenantSettings {
    TenantSettings {
        time_zone: Some(name.to_owned()),
        ..TenantSettings::default()
    }
}

fn with_rule_set(id: &str) -> TenantSettings {
    TenantSettings {
        default_rule_set_id: Some(id.parse().unwrap()),
        ..TenantSettings::default()
    }
}

impl World {
    async fn settings(&self, tenant: &TenantId) -> Option<TenantSettings> {
        self.table.registered_tenant(tenant).await.unwrap()
    }

    /// A tenant that has something of every kind: a credit that was used, and a deleted rule set.
    async fn tenant_with_records(&self) -> TenantId {
        let tenant = self.registered_tenant().await;
        for _ in 0..3 {
            self.create(json!({"contact_id": "ada"})).await;
        }
        let consume = self
            .api
            .post("/credits/{tenant}/contact/ada/consume")
            .json(&json!({"application_id": "renewal", "quantity": 0.1}));
        assert_eq!(consume.send().await.status, 200);
        let rule_set = self.create_rule_set(json!({})).await;
        let path = format!(
            "/expirationRuleSets/{{tenant}}/{}",
            rule_set["id"].as_str().unwrap()
        );
        assert_eq!(self.rule_sets.delete(&path).send().await.status, 200);
        tenant
    }

    async fn purge(&self, tenant: &TenantId) -> Result<Vec<u64>, Error> {
        let mut counts = Vec::new();
        for holding in Holding::ALL {
            counts.push(self.table.purge(tenant, holding, |_| ()).await?);
        }
        Ok(counts)
    }
}

#[tokio::test]
async fn of_two_operators_who_read_the_same_settings_the_second_is_told() {
    let world = World::new().await;
    let tenant = world.registered_tenant().await;
    let read = world.settings(&tenant).await.unwrap();
    let table = &world.table;
    let (first, second) = (in_zone("Asia/Tokyo"), with_rule_set("r-1"));
    table
        .replace_tenant_settings(&tenant, &read, &first)
        .await
        .unwrap();
    let refused = table.replace_tenant_settings(&tenant, &read, &second).await;
    assert_eq!(refused.unwrap_err().code(), "version-conflict");
    assert_eq!(world.settings(&tenant).await, Some(first.clone()));
    let both = TenantSettings {
        time_zone: first.time_zone.clone(),
        ..second
    };
    table
        .replace_tenant_settings(&tenant, &first, &both)
        .await
        .unwrap();
    assert_eq!(world.settings(&tenant).await, Some(both));
}

#[tokio::test]
async fn settings_are_unset_on_condition_of_what_was_read_too() {
    let world = World::new().await;
    let tenant = world.registered_tenant().await;
    let (none, zone) = (TenantSettings::default(), in_zone("Asia/Tokyo"));
    let table = &world.table;
    table
        .replace_tenant_settings(&tenant, &none, &zone)
        .await
        .unwrap();
    let other = in_zone("Europe/Berlin");
    let refused = table.replace_tenant_settings(&tenant, &other, &none).await;
    assert_eq!(refused.unwrap_err().code(), "version-conflict");
    assert_eq!(world.settings(&tenant).await, Some(zone.clone()));
    table
        .replace_tenant_settings(&tenant, &zone, &none)
        .await
        .unwrap();
    assert_eq!(world.settings(&tenant).await, Some(none));
}

#[tokio::test]
async fn a_change_of_settings_whose_response_is_lost_is_done_and_said_to_be() {
    let world = World::new().await;
    let tenant = world.registered_tenant().await;
    let zone = in_zone("Asia/Tokyo");
    world.faults.on("PutItem").lose_response();
    let changed = world
        .table
        .replace_tenant_settings(&tenant, &TenantSettings::default(), &zone)
        .await;
    changed.unwrap();
    assert!(world.faults.all_happened());
    assert_eq!(world.settings(&tenant).await, Some(zone));
}

#[tokio::test]
async fn settings_of_a_tenant_that_was_removed_meanwhile_are_not_written() {
    let world = World::new().await;
    let tenant = world.registered_tenant().await;
    assert!(world.table.unregister_tenant(&tenant).await.unwrap());
    let none = TenantSettings::default();
    let refused = world
        .table
        .replace_tenant_settings(&tenant, &none, &in_zone("Asia/Tokyo"))
        .await;
    assert_eq!(refused.unwrap_err().code(), "not-found");
    assert_eq!(world.settings(&tenant).await, None);
}

#[tokio::test]
async fn a_key_stops_when_its_tenant_leaves_the_registry() {
    let world = World::new().await;
    let key = world.key(&[Scope::Read]).await;
    let tenant = world.registered_tenant().await;
    let api = sender(&world.authorizer(), &world.api, Some(key.reveal())).await;
    assert_eq!(api.get("/credits/{tenant}").send().await.status, 200);
    assert!(world.table.unregister_tenant(&tenant).await.unwrap());
    let api = sender(&world.authorizer(), &world.api, Some(key.reveal())).await;
    let request = api.get("/credits/{tenant}");
    world.refused(request, 401, "unauthenticated").await;
    let stored = world.table.api_key(&key.id).await.unwrap().unwrap();
    assert_eq!(
        stored.revoked_at, None,
        "it was the registry that stopped it"
    );
}

#[tokio::test]
async fn a_key_costs_one_unit_and_its_tenant_half_a_unit() {
    let world = World::new().await;
    let key = world.key(&[Scope::Read]).await;
    sender(&world.authorizer(), &world.api, Some(key.reveal())).await;
    world.faults.recorder().clear();
    sender(&world.authorizer(), &world.api, Some(key.reveal())).await;
    assert_eq!(world.faults.recorder().calls().len(), 2);
    assert_eq!(world.faults.recorder().capacity_of("GetItem").total, 1.5);
}

#[tokio::test]
async fn a_tenant_whose_registry_cannot_be_read_makes_no_key_unknown() {
    let world = World::new().await;
    let key = world.key(&[Scope::Read]).await;
    world.faults.on("GetItem").after(1).times(3).throttle();
    let event = authorizer::Event::new(Some(key.reveal().to_owned()));
    let invocation = shared::runtime::invocation::Invocation::default();
    let answer = world.authorizer().authorize(event, &invocation).await;
    assert_eq!(answer.unwrap_err().code(), "unavailable");
}

#[tokio::test]
async fn a_purge_leaves_nothing_of_its_tenant_and_everything_of_the_others() {
    let (world, other) = (World::new().await, World::new().await);
    let tenant = world.tenant_with_records().await;
    let neighbour = other.tenant_with_records().await;
    assert_eq!(
        world.table.holdings_of(&tenant).await.unwrap(),
        Holding::ALL
    );
    assert_eq!(world.purge(&tenant).await.unwrap(), [3, 1, 1]);
    assert_eq!(world.table.holdings_of(&tenant).await.unwrap(), []);
    let listed = world.api.get("/credits/{tenant}").send().await;
    assert_eq!(listed.body, json!([]));
    assert_eq!(world.purge(&tenant).await.unwrap(), [0, 0, 0]);
    assert_eq!(
        other.table.holdings_of(&neighbour).await.unwrap(),
        Holding::ALL
    );
}

#[tokio::test]
async fn an_interrupted_purge_is_completed_by_another() {
    let world = World::new().await;
    let tenant = world.tenant_with_records().await;
    world.faults.on("DeleteItem").after(1).times(6).throttle();
    let interrupted = world.purge(&tenant).await;
    assert_eq!(interrupted.unwrap_err().code(), "unavailable");
    assert!(!world.table.holdings_of(&tenant).await.unwrap().is_empty());
    world.purge(&tenant).await.unwrap();
    assert_eq!(world.table.holdings_of(&tenant).await.unwrap(), []);
}

#[tokio::test]
async fn a_tenants_keys_are_deleted_and_no_other_tenants() {
    let (world, other) = (World::new().await, World::new().await);
    let (own, foreign) = (
        world.key(&[Scope::Read]).await,
        other.key(&[Scope::Read]).await,
    );
    let tenant = world.registered_tenant().await;
    assert_eq!(world.table.delete_api_keys_of(&tenant).await.unwrap(), 1);
    assert_eq!(world.table.api_key(&own.id).await.unwrap(), None);
    assert!(other.table.api_key(&foreign.id).await.unwrap().is_some());
    assert_eq!(world.table.delete_api_keys_of(&tenant).await.unwrap(), 0);
}
