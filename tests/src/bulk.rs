//! Writes many credits directly to the table, as the API would have stored them.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};

use crate::store::Store;

/// The limit of BatchWriteItem.
const BATCH: usize = 25;
/// Enough to keep the store busy, but without time-outs in other tests.
const AT_ONCE: usize = 2;

/// Writes credits of a tenant. Each has the form of an answer, with its id and the computed fields.
/// `expiration_state` and keys are added here.
///
/// # Panics
/// When the store refuses the credits.
pub async fn write_credits(store: &Store, tenant: &str, credits: &[Value]) {
    let batches = credits.chunks(BATCH).map(|batch| {
        let writes = batch.iter().map(|credit| put(item(tenant, credit)));
        write(&store.client, &store.table, writes.collect())
    });
    let done = stream::iter(batches)
        .buffer_unordered(AT_ONCE)
        .try_collect::<()>();
    done.await.expect("the store takes the credits");
}

async fn write(client: &Client, table: &str, writes: Vec<WriteRequest>) -> Result<(), String> {
    let request = client.batch_write_item().request_items(table, writes);
    let answer = request.send().await.map_err(|error| format!("{error:?}"))?;
    match answer.unprocessed_items {
        Some(left) if !left.is_empty() => Err("items were left unprocessed".to_owned()),
        Some(_) | None => Ok(()),
    }
}

fn put(item: HashMap<String, AttributeValue>) -> WriteRequest {
    let put = PutRequest::builder().set_item(Some(item)).build();
    let put = put.expect("a put has an item");
    WriteRequest::builder().put_request(put).build()
}

fn item(tenant: &str, credit: &Value) -> HashMap<String, AttributeValue> {
    let mut stored = credit.clone();
    stored["pk"] = json!(format!("{tenant}#credits"));
    stored["sk"] = credit["id"].clone();
    stored["tenant_id"] = json!(tenant);
    if credit["expiration_date"].is_string() {
        let is_done = matches!(credit["status"].as_str(), Some("archived" | "rejected"));
        stored["expiration_state"] = json!(if is_done { "done" } else { "pending" });
    }
    match attribute(&stored) {
        AttributeValue::M(members) => members,
        _ => panic!("a credit is an object"),
    }
}

fn attribute(value: &Value) -> AttributeValue {
    match value {
        Value::Null => AttributeValue::Null(true),
        Value::Bool(yes) => AttributeValue::Bool(*yes),
        Value::Number(number) => AttributeValue::N(number.to_string()),
        Value::String(text) => AttributeValue::S(text.clone()),
        Value::Array(items) => AttributeValue::L(items.iter().map(attribute).collect()),
        Value::Object(members) => {
            let members = members.iter();
            AttributeValue::M(
                members
                    .map(|(name, value)| (name.clone(), attribute(value)))
                    .collect(),
            )
        }
    }
}
