//! Each function, and an operator, makes all its calls, and its policy allows exactly these.

use std::collections::BTreeSet;

use certs::keys::KeyRequest;
use expiration_sweep::Sweep;
use integration_tests::events::{Scene, event_file, event_files};
use integration_tests::policy::{AUTHORIZER, Access, CREDITS, OPERATOR, Policy, RULE_SETS, SWEEP};
use serde_json::{Value, json};
use shared::model::credit::Credit;
use shared::model::id::TenantId;
use shared::model::principal::Scope;
use shared::model::rule_set::ExpirationRuleSet;
use shared::model::tenant::TenantSettings;
use shared::repository::{Entity, Holding, Table, WarmUp};

use super::events::answer;
use crate::authorizer::{by_token, sender};
use crate::credits::credit;
use crate::rule_sets::rule_set;
use crate::sweep::{Sweeping, invocation};
use crate::world::{World, table};

const SEARCHED_ON: &str = "2990-01-01";

/// The read of a function's start, which opens the connection.
async fn start(world: &World, function: &'static str, warm_up: WarmUp) {
    world.table_of(function).warm_up(warm_up).await;
}

/// Sends every event file of a function's folder.
async fn replay(world: &World, folder: &str, function: &'static str) {
    let scene = Scene::new().await;
    let table = table(&scene.store, &world.faults.acting_as(function));
    for name in event_files() {
        if name.starts_with(&format!("{folder}/")) {
            answer(table.clone(), folder, event_file(&name)).await;
            scene.reset().await;
        }
    }
}

async fn use_credits(world: &World) {
    start(world, CREDITS, WarmUp::Tenants).await;
    replay(world, "credits", CREDITS).await;
    let created = world.create(json!({"expiration_date": SEARCHED_ON})).await;
    for search in [
        json!({"ids": [created["id"]]}),
        json!({"contact_id": ["ada"]}),
        json!({"expiration_date": [SEARCHED_ON, null]}),
        json!({"type_id": ["ceu"]}),
    ] {
        let found = world.api.post("/credits/{tenant}/search").json(&search);
        let found = found.send().await;
        let id = created["id"].as_str().unwrap();
        assert!(found.text.contains(id), "{search}: {}", found.text);
    }
    let decided_by = world.create_rule_set(json!({})).await;
    let directive = format!("expiration_rule_set:{}", decided_by["id"].as_str().unwrap());
    world.create(json!({"sys_directive": directive})).await;
    register(
        &by_token(&world.api, &["write"]),
        "/credits/{tenant}",
        &credit(json!({})),
    )
    .await;
}

async fn use_rule_sets(world: &World) {
    start(world, RULE_SETS, WarmUp::Tenants).await;
    replay(world, "expiration_rule_sets", RULE_SETS).await;
    let api = by_token(&world.rule_sets, &["write"]);
    register(&api, "/expirationRuleSets/{tenant}", &rule_set(json!({}))).await;
}

/// Sends the first write of a token's tenant.
async fn register(api: &integration_tests::api::Api, path: &str, body: &Value) {
    let created = api.post(path).json(body).send().await;
    assert_eq!(created.status, 200, "{}", created.text);
}

async fn use_sweep() -> World {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    start(&sweeping.world, SWEEP, WarmUp::Tenants).await;
    sweeping.due(1).await;
    assert_eq!(sweeping.run(json!({})).await.archived, 1);
    let sweep = Sweep::new(sweeping.world.table_of(SWEEP));
    let plan = sweep.handle(json!({"step": "plan"}), &invocation()).await;
    assert!(plan.unwrap()["items"].is_array());
    sweeping.world
}

async fn use_authorizer(world: &World) {
    start(world, AUTHORIZER, WarmUp::ApiKeys).await;
    let key = world.key(&[Scope::Read]).await;
    let api = sender(&world.authorizer(), &world.api, Some(key.reveal())).await;
    assert_eq!(api.get("/credits/{tenant}").send().await.status, 200);
}

/// Makes the calls of `certs` for an operator.
async fn use_certs() -> World {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    let world = &sweeping.world;
    let table = world.table_of(OPERATOR);
    let tenant = world.api.tenant().parse::<TenantId>().unwrap();
    let settings = TenantSettings::default();
    table.register_tenant(&tenant, &settings).await.unwrap();
    table
        .replace_tenant_settings(&tenant, &settings, &settings)
        .await
        .unwrap();
    table.registered_tenant(&tenant).await.unwrap().unwrap();
    assert!(!table.tenants().await.unwrap().is_empty());

    let request = KeyRequest {
        tenant: tenant.clone(),
        scopes: vec![Scope::Read],
        expires_at: None,
    };
    let key = certs::keys::create(&table, request).await.unwrap();
    table.api_key(&key.id).await.unwrap().unwrap();
    assert_eq!(table.api_keys_of(&tenant).await.unwrap().len(), 1);
    let now = "2026-02-01T00:00:00Z".parse().unwrap();
    table.revoke_api_key(&key.id, now).await.unwrap();

    let credit = world.create(json!({})).await;
    delete_and_restore::<Credit>(world, &table, "credits", &credit).await;
    let set = world.create_rule_set(json!({})).await;
    delete_and_restore::<ExpirationRuleSet>(world, &table, "expirationRuleSets", &set).await;

    sweeping.due(1).await;
    let sweep = Sweep::new(table);
    let event = json!({"tenants": [world.api.tenant()]});
    let swept = sweep.handle(event, &invocation()).await.unwrap();
    assert_eq!(swept["archived"], 1);
    remove(&sweeping.world, &tenant).await;
    sweeping.world
}

/// Removes a tenant with a key and a record of each kind.
async fn remove(world: &World, tenant: &TenantId) {
    let table = world.table_of(OPERATOR);
    world
        .create(json!({"contact_id": "ada", "quantity": 1}))
        .await;
    let path = "/credits/{tenant}/contact/ada/consume";
    let order = json!({"application_id": "renewal", "quantity": 1});
    let consumed = world.api.post(path).json(&order).send().await;
    assert_eq!(consumed.status, 200, "{}", consumed.text);

    assert_eq!(table.holdings_of(tenant).await.unwrap(), Holding::ALL);
    assert!(table.unregister_tenant(tenant).await.unwrap());
    assert_eq!(table.delete_api_keys_of(tenant).await.unwrap(), 1);
    for holding in Holding::ALL {
        assert!(table.purge(tenant, holding, |_| {}).await.unwrap() > 0);
    }
}

async fn delete_and_restore<E: Entity>(world: &World, table: &Table, kind: &str, record: &Value) {
    let id = record["id"].as_str().unwrap();
    let api = match kind {
        "credits" => &world.api,
        _ => &world.rule_sets,
    };
    let path = format!("/{kind}/{{tenant}}/{id}");
    assert_eq!(api.delete(&path).send().await.status, 200);
    let tenant = world.api.tenant().parse::<TenantId>().unwrap();
    let records = table.collection::<E>(&tenant);
    assert_eq!(records.deleted().await.unwrap().len(), 1);
    assert_eq!(records.restore(id).await.unwrap(), 2);
}

/// Returns the accesses of a function to the table, for any tenant.
fn done(world: &World, function: &str) -> BTreeSet<Access> {
    let calls = world.faults.recorder().calls().into_iter();
    let own = calls.filter(|call| call.function == Some(function));
    let accesses = own.flat_map(|call| Access::of(&call));
    accesses.map(Access::of_any_tenant).collect()
}

/// Checks that the policy allows exactly these accesses, and that a difference would show.
fn is_exact(world: &World, function: &str) {
    let (policy, done) = (Policy::of(function), done(world, function));
    let none = Vec::<String>::new();
    assert_eq!(policy.missing(&done), none, "{function} lacks these");
    assert_eq!(policy.spare(&done), none, "{function} needs none of these");
    every_change_is_noticed(policy, &done);
}

fn every_change_is_noticed(policy: &Policy, done: &BTreeSet<Access>) {
    for (position, statement) in policy.statements.iter().enumerate() {
        let place = format!("statement {}", position + 1);
        let spare = |change: fn(&mut Vec<String>, &mut Vec<String>)| {
            let mut more = policy.clone();
            let changed = &mut more.statements[position];
            change(&mut changed.actions, &mut changed.resources);
            let spare = more.spare(done);
            assert!(spare.iter().any(|it| it.starts_with(&place)), "{spare:?}");
        };
        spare(|actions, _| actions.push("dynamodb:Scan".to_owned()));
        spare(|actions, _| *actions = vec!["dynamodb:*".to_owned()]);
        spare(|_, resources| resources.push("Table/index/by_other".to_owned()));
        spare(|_, resources| *resources = vec!["*".to_owned()]);

        let mut unbound = policy.clone();
        let bound = unbound.statements[position].partitions.take();
        assert_eq!(bound.is_some(), !unbound.spare(done).is_empty(), "{place}");

        for action in 0..statement.actions.len() {
            let mut less = policy.clone();
            less.statements[position].actions.remove(action);
            assert!(!less.missing(done).is_empty(), "{place}");
        }
        for resource in 0..statement.resources.len() {
            let mut less = policy.clone();
            less.statements[position].resources.remove(resource);
            assert!(!less.missing(done).is_empty(), "{place}");
        }
        for key in 0..statement.partitions.iter().flat_map(|it| &it.keys).count() {
            let mut less = policy.clone();
            let bound = less.statements[position].partitions.as_mut();
            bound.unwrap().keys.remove(key);
            assert!(!less.missing(done).is_empty(), "{place}");
        }
    }
}

#[tokio::test]
async fn the_policy_of_credits_is_what_the_function_needs() {
    let world = World::new().await;
    use_credits(&world).await;
    is_exact(&world, CREDITS);
}

#[tokio::test]
async fn the_policy_of_rule_sets_is_what_the_function_needs() {
    let world = World::new().await;
    use_rule_sets(&world).await;
    is_exact(&world, RULE_SETS);
}

#[tokio::test]
async fn the_policy_of_the_sweep_is_what_the_function_needs() {
    is_exact(&use_sweep().await, SWEEP);
}

#[tokio::test]
async fn the_policy_of_the_authorizer_is_what_the_function_needs() {
    let world = World::new().await;
    use_authorizer(&world).await;
    is_exact(&world, AUTHORIZER);
}

#[tokio::test]
async fn the_policy_of_operators_is_what_certs_needs() {
    is_exact(&use_certs().await, OPERATOR);
}
