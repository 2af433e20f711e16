//! The embedded store holds the template's table.

#![expect(
    clippy::unwrap_used,
    reason = "a test says by a panic what went wrong, and so do its helpers"
)]

use std::path::{Path, PathBuf};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, KeySchemaElement, TableDescription};
use certs::store::{self, EmbeddedStore};
use certs::table::{self, Creation};

const TABLE: &str = "certifications";

async fn started(data: Option<&Path>) -> (EmbeddedStore, Client) {
    let store = EmbeddedStore::start(data).await.unwrap();
    let client = store::client(store.endpoint());
    (store, client)
}

async fn described(client: &Client) -> TableDescription {
    let answer = client
        .describe_table()
        .table_name(TABLE)
        .send()
        .await
        .unwrap();
    answer.table.unwrap()
}

fn keys(schema: &[KeySchemaElement]) -> String {
    let element = |key: &KeySchemaElement| format!("{} {}", key.attribute_name(), key.key_type());
    schema.iter().map(element).collect::<Vec<_>>().join(", ")
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

async fn put_credit(client: &Client, id: &str, contact: &str, date: &str) {
    client
        .put_item()
        .table_name(TABLE)
        .item("pk", text("t#credits"))
        .item("sk", text(id))
        .item("tenant_id", text("t"))
        .item("contact_id", text(contact))
        .item("date", text(date))
        .item("id", text(id))
        .send()
        .await
        .unwrap();
}

async fn ids_of_contact(client: &Client, contact: &str) -> Vec<String> {
    let page = client
        .query()
        .table_name(TABLE)
        .index_name("by_contact")
        .key_condition_expression("tenant_id = :tenant AND contact_id = :contact")
        .expression_attribute_values(":tenant", text("t"))
        .expression_attribute_values(":contact", text(contact))
        .scan_index_forward(false)
        .send()
        .await
        .unwrap();
    page.items()
        .iter()
        .map(|item| item["id"].as_s().unwrap().clone())
        .collect()
}

fn scratch(name: &str) -> PathBuf {
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    drop(std::fs::remove_dir_all(&folder));
    folder.join("deep/data.sqlite")
}

#[tokio::test]
async fn the_stored_table_is_the_templates() {
    let (store, client) = started(None).await;
    let creation = table::create_from_template(&client, TABLE).await.unwrap();
    assert_eq!(creation, Creation::Created);
    let description = described(&client).await;
    assert_eq!(keys(description.key_schema()), "pk HASH, sk RANGE");
    let mut indexes: Vec<String> = description
        .global_secondary_indexes()
        .iter()
        .map(|index| {
            format!(
                "{}: {}",
                index.index_name().unwrap(),
                keys(index.key_schema())
            )
        })
        .collect();
    indexes.sort();
    assert_eq!(
        indexes,
        [
            "by_activity: tenant_id HASH, activity_id HASH, date RANGE, id RANGE",
            "by_contact: tenant_id HASH, contact_id HASH, date RANGE, id RANGE",
            "by_course_registration: tenant_id HASH, course_registration_id HASH, date RANGE, id RANGE",
            "by_event_registration: tenant_id HASH, event_registration_id HASH, date RANGE, id RANGE",
            "by_expiration: tenant_id HASH, expiration_state HASH, expiration_date RANGE, id RANGE",
        ]
    );
    store.stop().await;
}

#[tokio::test]
async fn items_expire_by_ttl() {
    let (store, client) = started(None).await;
    table::create_from_template(&client, TABLE).await.unwrap();
    let answer = client
        .describe_time_to_live()
        .table_name(TABLE)
        .send()
        .await
        .unwrap();
    let description = answer.time_to_live_description.unwrap();
    assert_eq!(description.attribute_name(), Some("ttl"));
    store.stop().await;
}

#[tokio::test]
async fn a_table_that_is_there_is_left_as_it_is() {
    let (store, client) = started(None).await;
    table::create_from_template(&client, TABLE).await.unwrap();
    put_credit(&client, "c-1", "ada", "2026-01-01").await;
    let creation = table::create_from_template(&client, TABLE).await.unwrap();
    assert_eq!(creation, Creation::Existed);
    assert_eq!(ids_of_contact(&client, "ada").await, ["c-1"]);
    store.stop().await;
}

#[tokio::test]
async fn an_index_with_several_keys_answers_in_the_order_of_its_range_keys() {
    let (store, client) = started(None).await;
    table::create_from_template(&client, TABLE).await.unwrap();
    put_credit(&client, "c-1", "ada", "2026-01-01").await;
    put_credit(&client, "c-3", "ada", "2026-02-01").await;
    put_credit(&client, "c-2", "ada", "2026-02-01").await;
    put_credit(&client, "c-4", "alan", "2026-03-01").await;
    assert_eq!(ids_of_contact(&client, "ada").await, ["c-3", "c-2", "c-1"]);
    store.stop().await;
}

#[tokio::test]
async fn a_file_keeps_the_data_from_one_start_to_the_next() {
    let file = scratch("keep");
    let (store, client) = started(Some(&file)).await;
    table::create_from_template(&client, TABLE).await.unwrap();
    put_credit(&client, "c-1", "ada", "2026-01-01").await;
    drop(client);
    store.stop().await;
    let (store, client) = started(Some(&file)).await;
    let creation = table::create_from_template(&client, TABLE).await.unwrap();
    assert_eq!(creation, Creation::Existed);
    assert_eq!(ids_of_contact(&client, "ada").await, ["c-1"]);
    store.stop().await;
}

#[tokio::test]
async fn a_data_file_that_is_none_is_named_in_the_error() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let error = EmbeddedStore::start(Some(folder)).await.unwrap_err();
    assert!(
        error.to_string().contains(folder.to_str().unwrap()),
        "{error}"
    );
}

#[tokio::test]
async fn without_a_store_the_error_says_so() {
    let (store, client) = started(None).await;
    store.stop().await;
    let error = table::create_from_template(&client, TABLE)
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("the store did not make the table"),
        "{error}"
    );
}
