//! Release: the taken quantities are given back.

use serde_json::json;

use super::super::{World, id, path};
use super::{consume, create_many, release, taken};

#[tokio::test]
async fn consume_release_and_consume_again_ends_where_it_began() {
    let world = World::new().await;
    let one = world
        .create(json!({"quantity": 1, "expiration_date": "2990-01-01"}))
        .await;
    let two = world
        .create(json!({"quantity": 1, "usages": [{"application_id": "x", "quantity": 0.3}]}))
        .await;
    let first = taken(consume(&world, "a", 1.5)).await;
    assert_eq!(taken(release(&world, "a")).await, first);
    for before in [&one, &two] {
        let after = world.read(id(before)).await.body;
        assert_eq!(
            (&after["usages"], &after["quantity_available"]),
            (&before["usages"], &before["quantity_available"])
        );
        assert_eq!(after["sys_version"], 3);
    }
    world.refused(release(&world, "a"), 404, "not-found").await;
    assert_eq!(taken(consume(&world, "a", 1.5)).await, first);
}

#[tokio::test]
async fn a_release_with_a_locked_credit_is_refused_and_nothing_is_given_back() {
    let world = World::new().await;
    let one = world
        .create(json!({"quantity": 1, "expiration_date": "2990-01-01"}))
        .await;
    world.create(json!({"quantity": 1})).await;
    taken(consume(&world, "a", 2.0)).await;
    let lock = json!([{"op": "add", "path": "/sys_locked", "value": true}]);
    world.patched(&one, &lock).await;
    world
        .refused(release(&world, "a"), 409, "record-locked")
        .await;
}

#[tokio::test]
async fn a_credit_that_was_deleted_meanwhile_does_not_hinder_the_release_of_the_others() {
    let world = World::new().await;
    let gone = world
        .create(json!({"quantity": 1, "expiration_date": "2990-01-01"}))
        .await;
    let kept = world.create(json!({"quantity": 1})).await;
    taken(consume(&world, "a", 2.0)).await;
    world.api.delete(&path(&gone)).send().await;
    assert_eq!(taken(release(&world, "a")).await["quantity"], 2);
    assert_eq!(world.read(id(&kept)).await.body["quantity_available"], 1);
    assert_eq!(world.read(id(&gone)).await.status, 404);
}

#[tokio::test]
async fn what_was_given_back_can_be_taken_though_the_index_does_not_know_yet() {
    let world = World::new().await;
    world.create(json!({"quantity": 1})).await;
    taken(consume(&world, "first", 1.0)).await;
    world.api.get("/credits/{tenant}/contact/ada").send().await;
    let stale = world.faults.recorder().last_answer_to("Query");
    taken(release(&world, "first")).await;
    world.faults.on("Query").answer(&stale);
    assert_eq!(taken(consume(&world, "second", 1.0)).await["quantity"], 1);
    assert!(world.faults.all_happened());
}

#[tokio::test]
async fn a_release_that_no_transaction_can_hold_says_so_at_once() {
    let world = World::new().await;
    let large = json!({"quantity": 0.01, "notes": "x".repeat(30_000)});
    let made = create_many(&world, large, 99).await;
    taken(consume(&world, "a", 0.99)).await;
    let patches: Vec<_> = made["results"].as_array().unwrap().iter().map(|result| json!({
        "operation": "patch", "id": id(result),
        "patch_directives": [{"op": "add", "path": "/sys_external_id", "value": "x".repeat(14_000)}],
    })).collect();
    let grown = world
        .api
        .post("/credits/{tenant}/batch")
        .json(&json!({ "operations": patches }))
        .send()
        .await;
    assert_eq!(grown.body["success_count"], 99, "{}", grown.text);
    let refusal = world
        .refused(release(&world, "a"), 409, "too-many-credits")
        .await;
    let detail = refusal.body["detail"].as_str().unwrap();
    assert!(detail.contains("make some of them smaller"), "{detail}");
}
