use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;

use super::{World, id, path};

#[tokio::test]
async fn a_deleted_credit_answers_its_id_and_is_gone() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let deleted = world.api.delete(&path(&created)).send().await;
    assert_eq!(
        (deleted.status, deleted.body.as_str()),
        (200, Some(id(&created)))
    );
    world
        .refused(world.api.get(&path(&created)), 404, "not-found")
        .await;
    world
        .refused(world.api.delete(&path(&created)), 404, "not-found")
        .await;
    let operations = json!([{"op": "test", "path": "/id", "value": 1}]);
    world
        .refused(world.patch(&created, &operations), 404, "not-found")
        .await;
    world
        .refused(
            world.api.put(&path(&created)).json(&created),
            404,
            "not-found",
        )
        .await;
}

#[tokio::test]
async fn what_was_deleted_stays_under_its_key_for_30_days_whole_and_in_no_index() {
    let world = World::new().await;
    let created = world
        .create(json!({"expiration_date": "2030-01-01", "notes": "n"}))
        .await;
    world.api.delete(&path(&created)).send().await;
    let tombstone = world.item(id(&created)).await;
    let mut names: Vec<_> = tombstone.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "deleted_at",
            "deleted_by",
            "last_write_ids",
            "pk",
            "record",
            "sk",
            "ttl"
        ]
    );
    let record = tombstone["record"].as_m().unwrap();
    assert_eq!(record["notes"], AttributeValue::S("n".into()));
    assert_eq!(
        record["expiration_state"],
        AttributeValue::S("pending".into())
    );
    assert_eq!(tombstone["deleted_by"], AttributeValue::S("tester".into()));
    let deleted_at: jiff::Timestamp = tombstone["deleted_at"].as_s().unwrap().parse().unwrap();
    let ttl: i64 = tombstone["ttl"].as_n().unwrap().parse().unwrap();
    assert_eq!(ttl - deleted_at.as_second(), 30 * 24 * 60 * 60);
}

#[tokio::test]
async fn if_match_guards_a_delete() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let delete = |header: &str| world.api.delete(&path(&created)).header("if-match", header);
    world
        .refused(delete("\"2\""), 412, "precondition-failed")
        .await;
    world.refused(delete("oops"), 400, "invalid-request").await;
    assert_eq!(world.read(id(&created)).await.body, created);
    assert_eq!(delete("\"1\"").send().await.status, 200);
}

#[tokio::test]
async fn a_delete_that_loses_a_race_is_decided_anew() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let (api, target) = (world.api.clone(), path(&created));
    world.faults.on("PutItem").run_first(async move {
        let operations = json!([{"op": "add", "path": "/notes", "value": "first"}]);
        assert_eq!(
            api.patch(&target)
                .json_patch(&operations)
                .send()
                .await
                .status,
            200
        );
    });
    assert_eq!(world.api.delete(&path(&created)).send().await.status, 200);
    let record = &world.item(id(&created)).await["record"];
    assert_eq!(
        record.as_m().unwrap()["notes"],
        AttributeValue::S("first".into())
    );
}
