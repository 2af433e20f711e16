//! The faults of the fault-injecting client, on a real store.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::{Client, Config};
use integration_tests::faults::Faults;
use integration_tests::store::{Store, store, tenant};

/// One item of a tenant of its own, written and read through `faults`.
struct Item {
    client: Client,
    plain: Client,
    table: String,
    pk: String,
}

impl Item {
    fn new(store: Store, faults: &Faults) -> Self {
        let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
        let config = store
            .config()
            .http_client(faults.clone())
            .retry_config(retries);
        Self {
            client: Client::from_conf(config.build()),
            plain: store.client,
            table: store.table,
            pk: format!("{}#credits", tenant()),
        }
    }

    /// Adds one to the item's counter. This is not idempotent, so a repeat shows.
    async fn count(&self, client: &Client) {
        let update = client.update_item().table_name(&self.table);
        update
            .key("pk", AttributeValue::S(self.pk.clone()))
            .key("sk", AttributeValue::S("one".to_owned()))
            .update_expression("ADD counted :one")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .send()
            .await
            .unwrap();
    }

    async fn counted(&self) -> String {
        let get = self.client.get_item().table_name(&self.table);
        let answer = get
            .key("pk", AttributeValue::S(self.pk.clone()))
            .key("sk", AttributeValue::S("one".to_owned()))
            .consistent_read(true)
            .send()
            .await
            .unwrap();
        let counted = answer.item.unwrap().remove("counted").unwrap();
        counted.as_n().unwrap().clone()
    }
}

#[tokio::test]
async fn a_call_passes_and_is_recorded_with_its_capacity() {
    let faults = Faults::default();
    let item = Item::new(store().await, &faults);
    item.count(&item.client).await;
    assert_eq!(item.counted().await, "1");

    let recorder = faults.recorder();
    assert_eq!(recorder.applied_writes(), 1);
    assert_eq!(recorder.capacity_of("UpdateItem").table, 1.0);
    assert_eq!(recorder.capacity_of("GetItem").total, 1.0);
    assert_eq!(
        recorder.calls_to("GetItem")[0].request["ConsistentRead"],
        true
    );
}

#[tokio::test]
async fn the_capacity_of_an_index_is_told_apart_from_the_tables() {
    let faults = Faults::default();
    let store = store().await;
    let client = store.client_with(&faults);
    let tenant = tenant();
    let put = client.put_item().table_name(&store.table);
    put.item("pk", AttributeValue::S(format!("{tenant}#credits")))
        .item("sk", AttributeValue::S("one".to_owned()))
        .item("id", AttributeValue::S("one".to_owned()))
        .item("tenant_id", AttributeValue::S(tenant))
        .item("contact_id", AttributeValue::S("ada".to_owned()))
        .item("date", AttributeValue::S("2025-01-31".to_owned()))
        .send()
        .await
        .unwrap();

    let capacity = faults.recorder().capacity_of("PutItem");
    assert_eq!((capacity.total, capacity.table), (2.0, 1.0));
    assert_eq!(capacity.indexes["by_contact"], 1.0);
    assert_eq!(capacity.indexes.len(), 1);
}

#[tokio::test]
async fn a_lost_response_makes_the_sdk_repeat_what_was_applied() {
    let faults = Faults::default();
    let item = Item::new(store().await, &faults);
    faults.on("UpdateItem").lose_response();
    item.count(&item.client).await;

    assert_eq!(item.counted().await, "2");
    assert_eq!(faults.recorder().applied_writes(), 2);
    assert!(faults.all_happened());
}

#[tokio::test]
async fn another_writer_comes_between_a_lost_response_and_its_repeat() {
    let faults = Faults::default();
    let item = Arc::new(Item::new(store().await, &faults));
    let other = item.clone();
    faults
        .on("UpdateItem")
        .lose_response_then(async move { other.count(&other.plain).await });
    item.count(&item.client).await;

    assert_eq!(item.counted().await, "3");
    assert_eq!(faults.recorder().applied_writes(), 2);
}

#[tokio::test]
async fn another_writer_is_faster_than_a_request() {
    let faults = Faults::default();
    let item = Arc::new(Item::new(store().await, &faults));
    let other = item.clone();
    faults
        .on("GetItem")
        .run_first(async move { other.count(&other.plain).await });

    assert_eq!(item.counted().await, "1");
}

#[tokio::test]
async fn an_earlier_answer_comes_again_as_a_stale_read() {
    let faults = Faults::default();
    let item = Item::new(store().await, &faults);
    item.count(&item.client).await;
    item.counted().await;
    let old = faults.recorder().last_answer_to("GetItem");
    item.count(&item.client).await;

    faults.on("GetItem").answer(&old);
    assert_eq!(item.counted().await, "1");
    assert_eq!(item.counted().await, "2");
}

#[tokio::test]
async fn a_fault_waits_for_its_turn() {
    let faults = Faults::default();
    let item = Item::new(store().await, &faults);
    faults.on("UpdateItem").after(1).lose_response();
    item.count(&item.client).await;
    assert!(!faults.all_happened());

    item.count(&item.client).await;
    assert_eq!(item.counted().await, "3");
    assert!(faults.all_happened());
}

#[tokio::test]
async fn a_throttled_call_is_repeated_until_it_passes() {
    let faults = Faults::default();
    let item = Item::new(store().await, &faults);
    faults.on("UpdateItem").throttle();
    faults.on("UpdateItem").refuse("ThrottlingException");
    item.count(&item.client).await;

    assert_eq!(faults.recorder().calls_to("UpdateItem").len(), 3);
    assert_eq!(faults.recorder().applied_writes(), 1);
    assert_eq!(item.counted().await, "1");
}

#[tokio::test]
async fn a_refusal_arrives_with_its_error_code() {
    let faults = Faults::default();
    let item = Item::new(store().await, &faults);
    faults.on("GetItem").times(3).throttle();
    let get = item.client.get_item().table_name(&item.table);
    let get = get.key("pk", AttributeValue::S(item.pk.clone()));
    let refused = get.key("sk", AttributeValue::S("one".to_owned())).send();

    let error = refused.await.unwrap_err().into_service_error();
    assert!(error.is_provisioned_throughput_exceeded_exception());
    assert!(faults.all_happened());
}

#[tokio::test]
async fn a_stalled_call_ends_with_the_callers_time_out() {
    let faults = Faults::default();
    let item = Item::new(store().await, &faults);
    faults.on("ListTables").stall();

    let timeouts = TimeoutConfig::builder().operation_timeout(Duration::from_millis(50));
    let config = Config::builder().timeout_config(timeouts.build());
    let stalled = item
        .client
        .list_tables()
        .customize()
        .config_override(config);
    assert!(matches!(
        stalled.send().await,
        Err(SdkError::TimeoutError(_))
    ));
}

#[tokio::test]
async fn a_corrupted_answer_is_told_by_its_checksum_alone() {
    let faults = Faults::default();
    let item = Item::new(store().await, &faults);
    item.count(&item.client).await;
    assert_eq!(item.counted().await, "1");
    // The SDK alone accepts the answer ...
    faults.on("GetItem").corrupt();
    assert_ne!(item.counted().await, "1");
    // ... but the functions' client repeats the call.
    let config = shared::repository::store::client::bounded(store().await.config());
    let config = config.http_client(faults.clone());
    let checking = Item {
        client: Client::from_conf(config.build()),
        ..item
    };
    faults.on("GetItem").corrupt();
    assert_eq!(checking.counted().await, "1");
    assert!(faults.all_happened());
}
