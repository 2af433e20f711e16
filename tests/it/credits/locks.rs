use serde_json::json;

use super::{World, credit, id, path};

#[tokio::test]
async fn a_locked_credit_refuses_every_write_and_is_still_read() {
    let world = World::new().await;
    let locked = world.create(json!({"sys_locked": true})).await;
    let writer = world
        .api
        .as_principal("clerk", &[world.api.tenant()], &["read", "write"]);
    let operations = json!([{"op": "add", "path": "/notes", "value": "n"}]);
    for api in [&writer, &world.api] {
        world
            .refused(
                api.patch(&path(&locked)).json_patch(&operations),
                409,
                "record-locked",
            )
            .await;
        world
            .refused(api.delete(&path(&locked)), 409, "record-locked")
            .await;
    }
    world
        .refused(
            writer.put(&path(&locked)).json(&credit(json!({}))),
            409,
            "record-locked",
        )
        .await;
    world
        .refused(
            world.api.put(&path(&locked)).json(&locked),
            409,
            "record-locked",
        )
        .await;
    assert_eq!(world.read(id(&locked)).await.body, locked);
}

#[tokio::test]
async fn an_admin_unlocks_by_patch_and_by_replace() {
    let world = World::new().await;
    for operations in [
        json!([{"op": "replace", "path": "/sys_locked", "value": false}, {"op": "add", "path": "/notes", "value": "n"}]),
        json!([{"op": "remove", "path": "/sys_locked"}]),
    ] {
        let locked = world.create(json!({"sys_locked": true})).await;
        let unlocked = world.patch(&locked, &operations).send().await;
        assert_eq!(unlocked.status, 200, "{}", unlocked.text);
    }
    let locked = world.create(json!({"sys_locked": true})).await;
    let unlocked = world
        .api
        .put(&path(&locked))
        .json(&credit(json!({"sys_locked": false})))
        .send()
        .await;
    assert_eq!(
        (unlocked.status, &unlocked.body["sys_locked"]),
        (200, &json!(false))
    );
}

#[tokio::test]
async fn others_can_neither_set_nor_clear_the_lock_nor_the_bulk_loaders_fields() {
    let world = World::new().await;
    let loaded = world
        .create(json!({"sys_locked": false, "sys_bulk_load_id": "run-1"}))
        .await;
    let writer = world
        .api
        .as_principal("clerk", &[world.api.tenant()], &["read", "write"]);
    let replaced = writer
        .put(&path(&loaded))
        .json(&credit(json!({"sys_locked": true, "sys_bulk_load_id": 5})))
        .send()
        .await;
    assert_eq!(replaced.status, 200, "{}", replaced.text);
    assert_eq!(
        (
            &replaced.body["sys_locked"],
            &replaced.body["sys_bulk_load_id"]
        ),
        (&json!(false), &json!("run-1"))
    );
    for operation in [
        json!({"op": "replace", "path": "/sys_locked", "value": true}),
        json!({"op": "remove", "path": "/sys_bulk_load_id"}),
        json!({"op": "add", "path": "/sys_bulk_load_pk", "value": "x"}),
    ] {
        let request = writer.patch(&path(&loaded)).json_patch(&json!([operation]));
        world.refused(request, 400, "protected-field").await;
    }
    let created = writer
        .post("/credits/{tenant}")
        .json(&credit(json!({"sys_locked": true})))
        .send()
        .await;
    assert!(created.body.get("sys_locked").is_none());
}

#[tokio::test]
async fn a_batch_neither_changes_a_locked_credit_nor_lets_others_set_or_clear_the_lock() {
    let world = World::new().await;
    let (locked, open) = (
        world.create(json!({"sys_locked": true})).await,
        world.create(json!({"sys_locked": false})).await,
    );
    let writer = world
        .api
        .as_principal("clerk", &[world.api.tenant()], &["read", "write"]);
    let unlock = json!([{"op": "replace", "path": "/sys_locked", "value": false}]);
    let lock = json!([{"op": "replace", "path": "/sys_locked", "value": true}]);
    let unlocked = credit(json!({"sys_locked": false}));
    let operations = json!({"operations": [
        {"operation": "update", "id": id(&locked), "object": unlocked},
        {"operation": "patch", "id": id(&locked), "patch_directives": unlock},
        {"operation": "delete", "id": id(&locked)},
        {"operation": "patch", "id": id(&open), "patch_directives": lock},
    ]});
    let answer = writer
        .post("/credits/{tenant}/batch")
        .json(&operations)
        .send()
        .await;
    assert_eq!(answer.body["error_count"], 4, "{}", answer.text);
    assert_eq!(world.read(id(&locked)).await.body, locked);
    assert_eq!(world.read(id(&open)).await.body, open);
    let deletion = json!({"operations": [{"operation": "delete", "id": id(&locked)}]});
    let answer = world.api.post("/credits/{tenant}/batch").json(&deletion);
    let answer = answer.send().await.body;
    let message = answer["results"][0]["error_message"].as_str().unwrap();
    assert!(message.starts_with("record-locked"), "{message}");
}
