//! A record at all limits at once, with the largest possible bookkeeping.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};

use super::{World, credit, id, path};

/// 350 KiB and 12,000 values. A stored record is larger than the sent one.
fn largest() -> Value {
    let row = json!({"n": vec![1; 11_900]});
    let fields = json!([{"custom_field_id": "f", "table_value": [row]}]);
    let with = |notes: String| credit(json!({"custom_field_values": fields, "notes": notes}));
    let room = 350 * 1024 - with(String::new()).to_string().len() - 800;
    with("x".repeat(room))
}

/// Returns `count` entries of `bytes` bytes with times in the future, so that none is too old.
fn entries(count: usize, bytes: usize) -> AttributeValue {
    let entry = AttributeValue::B(Blob::new(vec![0xff; bytes]));
    AttributeValue::L(vec![entry; count])
}

#[tokio::test]
async fn the_largest_record_with_the_longest_log_can_be_patched_deleted_and_restored() {
    let world = World::new().await;
    let created = world
        .api
        .post("/credits/{tenant}")
        .json(&largest())
        .send()
        .await;
    assert_eq!(created.status, 200, "{}", created.code());
    let created = created.body;
    let update = world.update("credits", id(&created));
    let update = update
        .update_expression("SET last_write_ids = :log, keyed_writes = :keyed")
        .expression_attribute_values(":log", entries(255, 16))
        .expression_attribute_values(":keyed", entries(31, 28));
    update.send().await.unwrap();
    let operations = json!([{"op": "add", "path": "/status", "value": "draft"}]);
    let patch = world.patch(&created, &operations);
    let patched = patch.header("idempotency-key", "k").send().await;
    assert_eq!(patched.status, 200, "{}", patched.code());
    let item = world.item(id(&created)).await;
    assert_eq!(item["last_write_ids"].as_l().map(Vec::len), Ok(256));
    assert_eq!(item["keyed_writes"].as_l().map(Vec::len), Ok(32));
    let deleted = world.api.delete(&path(&created)).send().await;
    assert_eq!(deleted.status, 200, "{}", deleted.text);
    let tenant = world.api.tenant().to_owned().try_into().unwrap();
    let credits = world
        .table
        .collection::<shared::model::credit::Credit>(&tenant);
    let restored = credits.restore(id(&created)).await;
    assert_eq!(restored.unwrap(), 3);
}
