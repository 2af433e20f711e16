use serde_json::{Value, json};
use shared::model::system_input::SERVER_MANAGED;

use super::{path, rule_set};
use crate::world::World;

const FORGED: &str = "forged-value";

/// The attributes of an item beside its record, which the API does not know.
const INTERNAL: [&str; 9] = [
    "pk",
    "sk",
    "tenant_id",
    "last_write_ids",
    "idempotency_hash",
    "deleted_at",
    "deleted_by",
    "ttl",
    "record",
];

/// A body that tries to set a field; its name is the one place for that text.
fn forged(field: &str) -> Value {
    rule_set(json!({ "name": FORGED, field: FORGED }))
}

/// Returns the server's fields that a body may have, without the version, which a PUT compares.
fn managed() -> impl Iterator<Item = &'static str> {
    let names = SERVER_MANAGED.into_iter();
    names.filter(|name| *name != "sys_version")
}

/// Returns patches that try to set a field, one for each possible operation.
fn forging_patches(field: &str, current: &Value) -> Vec<Value> {
    let mut whole = current.clone();
    whole[field] = json!(FORGED);
    let to = format!("/{field}");
    vec![
        json!([{"op": "add", "path": to, "value": FORGED}]),
        json!([{"op": "replace", "path": "", "value": whole}]),
        json!([{"op": "copy", "from": "/name", "path": to}]),
        json!([{"op": "move", "from": "/name", "path": to}, {"op": "add", "path": "/name", "value": "n"}]),
    ]
}

impl World {
    /// Makes a rule set with the text in its name.
    async fn honest(&self) -> Value {
        self.create_rule_set(json!({"name": FORGED})).await
    }

    /// Checks that nothing forged is stored or answered.
    async fn rule_set_is_clean(&self, created: &Value) {
        let read = format!("{}?consistentRead=true", path(created));
        let answer = self.rule_sets.get(&read).send().await;
        assert_eq!(answer.body["name"], FORGED, "{}", answer.text);
        let id = created["id"].as_str().unwrap();
        let item = self.item_of("expirationRuleSets", id).await;
        for text in [answer.text, format!("{item:?}")] {
            assert_eq!(text.matches(FORGED).count(), 1, "{text}");
        }
        for name in INTERNAL {
            assert!(answer.body.get(name).is_none(), "{name} is answered");
        }
    }
}

#[tokio::test]
async fn what_the_server_sets_is_ignored_in_a_body() {
    let world = World::new().await;
    let honest = world.honest().await;
    for field in managed() {
        let create = world.rule_sets.post("/expirationRuleSets/{tenant}");
        let created = create.json(&forged(field)).send().await;
        assert_eq!(created.status, 200, "{field}: {}", created.text);
        world.rule_set_is_clean(&created.body).await;
        let replace = world.rule_sets.put(&path(&honest)).json(&forged(field));
        let replaced = replace.send().await;
        assert_eq!(replaced.status, 200, "{field}: {}", replaced.text);
        world.rule_set_is_clean(&honest).await;
    }
}

#[tokio::test]
async fn what_only_an_item_has_is_refused_in_a_body() {
    let world = World::new().await;
    let honest = world.honest().await;
    for field in INTERNAL {
        let create = world.rule_sets.post("/expirationRuleSets/{tenant}");
        let create = create.json(&forged(field));
        world.refused(create, 400, "validation-failed").await;
        let replace = world.rule_sets.put(&path(&honest)).json(&forged(field));
        world.refused(replace, 400, "validation-failed").await;
    }
    world.rule_set_is_clean(&honest).await;
}

#[tokio::test]
async fn what_the_server_sets_is_refused_in_a_patch_whatever_the_verb() {
    let world = World::new().await;
    let honest = world.honest().await;
    for field in SERVER_MANAGED.iter().chain(&["id"]) {
        for patch in forging_patches(field, &honest) {
            let request = world.rule_sets.patch(&path(&honest)).json_patch(&patch);
            world.refused(request, 400, "protected-field").await;
        }
    }
    world.rule_set_is_clean(&honest).await;
}

#[tokio::test]
async fn what_only_an_item_has_is_refused_in_a_patch_whatever_the_verb() {
    let world = World::new().await;
    let honest = world.honest().await;
    for field in INTERNAL {
        for patch in forging_patches(field, &honest) {
            let request = world.rule_sets.patch(&path(&honest)).json_patch(&patch);
            world.refused(request, 400, "validation-failed").await;
        }
    }
    world.rule_set_is_clean(&honest).await;
}

#[tokio::test]
async fn a_batch_sets_no_more_than_the_single_routes() {
    let world = World::new().await;
    let honest = world.honest().await;
    let mut operations = Vec::new();
    for field in managed().chain(INTERNAL) {
        let patch = json!([{"op": "add", "path": format!("/{field}"), "value": FORGED}]);
        operations.extend([
            json!({"operation": "create", "object": forged(field)}),
            json!({"operation": "update", "id": honest["id"], "object": forged(field)}),
            json!({"operation": "patch", "id": honest["id"], "patch_directives": patch}),
        ]);
    }
    let batch = world.rule_sets.post("/expirationRuleSets/{tenant}/batch");
    let batch = batch.json(&json!({ "operations": operations }));
    let answer = batch.send().await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    // Each managed field is ignored twice and refused once. Each internal one is refused three
    // times.
    let results = answer.body["results"].as_array().unwrap().iter();
    let done: Vec<_> = results.filter(|it| it["outcome"] == "success").collect();
    assert_eq!(done.len(), 2 * managed().count(), "{}", answer.text);
    for result in done {
        world.rule_set_is_clean(&result["object"]).await;
    }
    world.rule_set_is_clean(&honest).await;
}
