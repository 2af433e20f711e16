//! Faults of the store, injected at the SDK's HTTP client.

use serde_json::{Value, json};

use super::{World, credit, id, is_version, path};

fn note(text: &str) -> Value {
    json!([{"op": "add", "path": "/notes", "value": text}])
}

/// A credit at version 2, and the store's answer to a read of version 1.
async fn with_stale_read() -> (World, Value) {
    let world = World::new().await;
    let created = world.create(json!({"notes": "1"})).await;
    world.read(id(&created)).await;
    let stale = world.faults.recorder().last_answer_to("GetItem");
    let patched = world.patch(&created, &note("2")).send().await;
    assert_eq!(patched.status, 200);
    world.faults.on("GetItem").answer(&stale);
    (world, patched.body)
}

#[tokio::test]
async fn a_stale_read_makes_no_false_412() {
    let (world, current) = with_stale_read().await;
    let patched = world
        .patch(&current, &note("3"))
        .header("if-match", "\"2\"")
        .send()
        .await;
    is_version(&patched, 3);
    assert!(world.faults.all_happened());
}

#[tokio::test]
async fn a_stale_read_makes_no_false_version_conflict() {
    let (world, current) = with_stale_read().await;
    let replaced = world.api.put(&path(&current)).json(&current).send().await;
    is_version(&replaced, 3);
    assert!(world.faults.all_happened());
}

#[tokio::test]
async fn a_stale_read_loses_no_update() {
    let (world, current) = with_stale_read().await;
    let operations = json!([{"op": "add", "path": "/self_reported", "value": true}]);
    let patched = world.patch(&current, &operations).send().await;
    assert_eq!(
        (patched.status, &patched.body["notes"]),
        (200, &json!("2")),
        "{}",
        patched.text
    );
    assert!(world.faults.all_happened());
}

#[tokio::test]
async fn a_stale_read_lets_no_old_if_match_pass() {
    let (world, current) = with_stale_read().await;
    let request = world
        .patch(&current, &note("3"))
        .header("if-match", "\"1\"");
    world.refused(request, 412, "precondition-failed").await;
    assert_eq!(world.read(id(&current)).await.body, current);
}

#[tokio::test]
async fn a_create_whose_response_is_lost_is_one_success_and_one_write() {
    let world = World::new().await;
    world.faults.on("PutItem").lose_response();
    let created = world.create(json!({})).await;
    assert_eq!(world.faults.recorder().applied_writes(), 1);
    assert!(world.faults.all_happened());
    assert_eq!(world.read(id(&created)).await.body, created);
}

#[tokio::test]
async fn a_patch_whose_response_is_lost_is_one_success_and_one_write() {
    let world = World::new().await;
    let created = world.create(json!({"usages": []})).await;
    world.faults.recorder().clear();
    world.faults.on("PutItem").lose_response();
    let operations = json!([{"op": "add", "path": "/usages/-", "value": {"application_id": "a", "quantity": 1}}]);
    let patched = world
        .patch(&created, &operations)
        .header("if-match", "\"1\"")
        .send()
        .await;
    is_version(&patched, 2);
    assert_eq!(world.faults.recorder().applied_writes(), 1);
    assert_eq!(world.read(id(&created)).await.body, patched.body);
}

#[tokio::test]
async fn a_lost_response_is_recognised_behind_another_writer() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let (api, target) = (world.api.clone(), path(&created));
    world.faults.on("PutItem").lose_response_then(async move {
        let other = json!([{"op": "add", "path": "/self_reported", "value": true}]);
        assert_eq!(
            api.patch(&target).json_patch(&other).send().await.status,
            200
        );
    });
    let patched = world
        .patch(&created, &note("mine"))
        .header("if-match", "\"1\"")
        .send()
        .await;
    is_version(&patched, 2);
    let stored = world.read(id(&created)).await.body;
    assert_eq!(
        (
            &stored["notes"],
            &stored["self_reported"],
            &stored["sys_version"]
        ),
        (&json!("mine"), &json!(true), &json!(3))
    );
}

#[tokio::test]
async fn a_delete_whose_response_is_lost_is_one_success() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    world.faults.recorder().clear();
    world.faults.on("PutItem").lose_response();
    assert_eq!(world.api.delete(&path(&created)).send().await.status, 200);
    assert_eq!(world.faults.recorder().applied_writes(), 1);
}

#[tokio::test]
async fn one_throttle_is_waited_out_and_a_lasting_one_is_unavailable() {
    let world = World::new().await;
    world.faults.on("PutItem").throttle();
    world.create(json!({})).await;
    world.faults.on("PutItem").times(3).throttle();
    let request = world.api.post("/credits/{tenant}").json(&credit(json!({})));
    let refusal = world.refused(request, 503, "unavailable").await;
    assert_eq!(refusal.header("retry-after"), Some("1"));
    assert!(!refusal.text.contains("Exception") && !refusal.text.contains("dynamo"));
}

#[tokio::test]
async fn a_write_that_meets_a_transaction_is_tried_again_but_a_replace_is_a_conflict() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    world
        .faults
        .on("PutItem")
        .refuse("TransactionConflictException");
    let patched = world.patch(&created, &note("n")).send().await;
    assert_eq!(patched.status, 200, "{}", patched.text);
    world
        .faults
        .on("PutItem")
        .refuse("TransactionConflictException");
    let request = world.api.put(&path(&created)).json(&credit(json!({})));
    world.refused(request, 409, "version-conflict").await;
    world
        .faults
        .on("PutItem")
        .refuse("TransactionConflictException");
    assert_eq!(world.api.delete(&path(&created)).send().await.status, 200);
    assert!(world.faults.all_happened());
}
