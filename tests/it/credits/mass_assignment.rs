use serde_json::{Value, json};

use super::{World, credit, id, path};

const FORGED: &str = "forged-value";

/// Fields that only the server sets: ignored in a body, refused in a patch.
const MANAGED: [&str; 12] = [
    "sys_created_at",
    "sys_created_by_id",
    "sys_last_modified_at",
    "sys_last_modified_by_id",
    "sys_deleted_by_id",
    "sys_last_security_context",
    "sys_calculated_field_error",
    "sys_calculated_field_errors",
    "sys_has_files_in_s3",
    "sys_configuration_snapshot_id",
    "sys_last_bulk_data_operation_id",
    "sys_last_bulk_data_operation_sys_version",
];

/// Fields that the server computes: ignored everywhere.
const COMPUTED: [&str; 2] = ["quantity_used", "quantity_available"];

/// The attributes of an item beside its record, which the API does not know.
const INTERNAL: [&str; 11] = [
    "pk",
    "sk",
    "tenant_id",
    "expiration_state",
    "grace_ends",
    "last_write_ids",
    "idempotency_hash",
    "deleted_at",
    "deleted_by",
    "ttl",
    "record",
];

/// Returns a body that tries to set a field.
fn forged(field: &str) -> Value {
    credit(json!({ field: FORGED }))
}

/// Returns patches that try to set a field, one for each possible operation.
fn forging_patches(field: &str, current: &Value) -> Vec<Value> {
    let mut whole = current.clone();
    whole[field] = json!(FORGED);
    let to = format!("/{field}");
    vec![
        json!([{"op": "add", "path": to, "value": FORGED}]),
        json!([{"op": "replace", "path": "", "value": whole}]),
        json!([{"op": "move", "from": "/notes", "path": to}]),
        json!([{"op": "copy", "from": "/notes", "path": to}]),
    ]
}

impl World {
    /// Checks that nothing forged is stored or answered.
    async fn is_clean(&self, created: &Value) {
        let answer = self.read(id(created)).await;
        assert_eq!(answer.body["notes"], FORGED);
        let mut rest = answer.body.clone();
        rest.as_object_mut().unwrap().remove("notes");
        assert!(!rest.to_string().contains(FORGED), "{rest}");
        let mut item = self.item(id(created)).await;
        item.remove("notes");
        assert!(!format!("{item:?}").contains(FORGED), "{item:?}");
        for name in INTERNAL {
            assert!(answer.body.get(name).is_none(), "{name} is answered");
        }
    }
}

#[tokio::test]
async fn what_the_server_sets_is_ignored_in_a_body() {
    let world = World::new().await;
    for field in MANAGED.iter().chain(&COMPUTED) {
        let mut body = forged(field);
        body["notes"] = json!(FORGED);
        let created = world.api.post("/credits/{tenant}").json(&body).send().await;
        assert_eq!(created.status, 200, "{field}: {}", created.text);
        world.is_clean(&created.body).await;
        let replaced = world.api.put(&path(&created.body)).json(&body).send().await;
        assert_eq!(replaced.status, 200, "{field}: {}", replaced.text);
        world.is_clean(&created.body).await;
    }
}

#[tokio::test]
async fn what_only_an_item_has_is_refused_in_a_body() {
    let world = World::new().await;
    let created = world.create(json!({"notes": FORGED})).await;
    for field in INTERNAL {
        let create = world.api.post("/credits/{tenant}").json(&forged(field));
        world.refused(create, 400, "validation-failed").await;
        let replace = world.api.put(&path(&created)).json(&forged(field));
        world.refused(replace, 400, "validation-failed").await;
    }
    world.is_clean(&created).await;
}

#[tokio::test]
async fn what_the_server_sets_is_refused_in_a_patch_whatever_the_verb() {
    let world = World::new().await;
    let created = world.create(json!({"notes": FORGED})).await;
    for field in MANAGED.iter().chain(&["sys_version", "id"]) {
        for patch in forging_patches(field, &created) {
            let request = world.patch(&created, &patch);
            world.refused(request, 400, "protected-field").await;
        }
    }
    world.is_clean(&created).await;
}

#[tokio::test]
async fn what_only_an_item_has_is_refused_in_a_patch_whatever_the_verb() {
    let world = World::new().await;
    let created = world.create(json!({"notes": FORGED})).await;
    for field in INTERNAL {
        for patch in forging_patches(field, &created) {
            let request = world.patch(&created, &patch);
            world.refused(request, 400, "validation-failed").await;
        }
    }
    world.is_clean(&created).await;
}

#[tokio::test]
async fn a_batch_sets_no_more_than_the_single_routes() {
    let world = World::new().await;
    let created = world.create(json!({"notes": FORGED})).await;
    let mut operations = Vec::new();
    for field in MANAGED.iter().chain(&INTERNAL) {
        let mut body = forged(field);
        body["notes"] = json!(FORGED);
        operations.push(json!({"operation": "create", "object": body}));
        operations.push(json!({"operation": "update", "id": created["id"], "object": body}));
        let patch = json!([{"op": "add", "path": format!("/{field}"), "value": FORGED}]);
        operations
            .push(json!({"operation": "patch", "id": created["id"], "patch_directives": patch}));
    }
    let batch = json!({ "operations": operations });
    let answer = world.api.post("/credits/{tenant}/batch").json(&batch);
    let answer = answer.send().await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    // Each managed field is ignored twice and refused once. Each internal one is refused three
    // times.
    let results = answer.body["results"].as_array().unwrap();
    let succeeded = results
        .iter()
        .filter(|result| result["outcome"] == "success");
    assert_eq!(succeeded.count(), 2 * MANAGED.len(), "{}", answer.text);
    for result in results
        .iter()
        .filter(|result| result["outcome"] == "success")
    {
        world.is_clean(&result["object"]).await;
    }
    world.is_clean(&created).await;
}
