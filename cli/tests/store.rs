//! The embedded store holds the template's table.

#![expect(
    clippy::unwrap_used,
    reason = "a test says by a panic what went wrong, and so do its helpers"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, KeySchemaElement, TableDescription};
use certs::store::EmbeddedStore;
use certs::table::{self, Creation};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const TABLE: &str = "certifications";

async fn started(data: Option<&Path>) -> (EmbeddedStore, Client) {
    let store = EmbeddedStore::start(data).await.unwrap();
    let client = store.client();
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
async fn an_existing_table_is_left_unchanged() {
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
async fn a_file_that_is_not_a_database_is_named_in_the_error() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let error = EmbeddedStore::start(Some(folder)).await.unwrap_err();
    assert!(
        error.to_string().contains(folder.to_str().unwrap()),
        "{error}"
    );
}

#[tokio::test]
async fn a_missing_store_is_reported() {
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

const PUT: &str =
    r##"{"TableName":"certifications","Item":{"pk":{"S":"#api_keys"},"sk":{"S":"planted"}}}"##;

/// Sends a request that would store an API key, with these header lines, and returns the answer.
async fn planted(store: &EmbeddedStore, method: &str, lines: &[&str]) -> String {
    let address = store.endpoint().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    let lines = lines.join("\r\n");
    let request = format!(
        "{method} / HTTP/1.1\r\n{lines}\r\nx-amz-target: DynamoDB_20120810.PutItem\r\n\
         content-type: application/x-amz-json-1.0\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{PUT}",
        PUT.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

fn signed(access_key: &str) -> String {
    format!(
        "authorization: AWS4-HMAC-SHA256 Credential={access_key}/20260314/us-east-1/dynamodb/\
         aws4_request, SignedHeaders=host, Signature=00"
    )
}

async fn count(client: &Client) -> i32 {
    let found = client.scan().table_name(TABLE).send().await.unwrap();
    found.count()
}

#[tokio::test]
async fn a_web_page_or_a_stranger_gets_nothing_from_the_store_and_changes_nothing() {
    let (store, client) = started(None).await;
    table::create_from_template(&client, TABLE).await.unwrap();
    let own = signed(store.access_key().reveal());
    let (own, guessed) = (own.as_str(), signed("local"));
    let (host, page) = ("host: localhost", "origin: https://evil.example");
    let asks = "access-control-request-method: POST\r\n\
                access-control-request-headers: authorization,x-amz-target";
    for (method, lines) in [
        ("POST", [host].as_slice()),
        ("POST", &[host, &guessed]),
        ("POST", &[host, page]),
        ("POST", &[host, page, &guessed]),
        ("POST", &[host, page, own]),
        ("POST", &[host, "origin: null", own]),
        ("POST", &["host: evil.example", own]),
        ("POST", &["accept: */*", own]),
        ("OPTIONS", &[host, page, asks]),
        ("OPTIONS", &[host, page, asks, own]),
        ("GET", &[host]),
        ("GET", &[host, own]),
    ] {
        let answer = planted(&store, method, lines).await;
        assert!(answer.starts_with("HTTP/1.1 40"), "{lines:?}: {answer}");
        let answer = answer.to_ascii_lowercase();
        assert!(!answer.contains("access-control"), "{lines:?}: {answer}");
        assert!(!answer.contains(store.access_key().reveal()), "{answer}");
    }
    assert_eq!(count(&client).await, 0);
    // Each refusal says its own reason.
    let refused = planted(&store, "POST", &[host, page, own]).await;
    assert!(
        refused.contains("`Origin`") && !refused.contains("access key"),
        "{refused}"
    );
    let refused = planted(&store, "POST", &[host, &guessed]).await;
    assert!(
        refused.contains("access key") && !refused.contains("`Origin`"),
        "{refused}"
    );
    let answer = planted(&store, "POST", &[host, own]).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(count(&client).await, 1);
    store.stop().await;
}

#[tokio::test]
async fn every_store_has_its_own_access_key() {
    let (one, _) = started(None).await;
    let (other, _) = started(None).await;
    assert_ne!(one.access_key(), other.access_key());
    assert_eq!(one.access_key().reveal().len(), 64);
}

fn modes(file: &Path) -> Vec<(PathBuf, u32)> {
    let files = fs::read_dir(file.parent().unwrap()).unwrap();
    let mode = |file: fs::DirEntry| file.metadata().unwrap().permissions().mode() & 0o777;
    let files = files.map(Result::unwrap);
    files.map(|file| (file.path(), mode(file))).collect()
}

#[tokio::test]
async fn only_the_owner_can_read_the_data_file_and_sqlites_other_files() {
    let file = scratch("private");
    let (store, client) = started(Some(&file)).await;
    table::create_from_template(&client, TABLE).await.unwrap();
    let found = modes(&file);
    assert!(
        found.len() >= 2,
        "there is a log beside the data: {found:?}"
    );
    assert!(found.iter().all(|(_, mode)| *mode == 0o600), "{found:?}");
    store.stop().await;
}

#[tokio::test]
async fn a_data_file_that_others_could_read_becomes_private() {
    let file = scratch("taken");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let (store, _) = started(Some(&file)).await;
    let found = modes(&file);
    assert!(found.iter().all(|(_, mode)| *mode == 0o600), "{found:?}");
    store.stop().await;
}
