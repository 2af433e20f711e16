//! The faults of the proxy, between the SDK's own client and a real store.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use integration_tests::proxy::Proxy;
use integration_tests::store::{config, store, tenant};

/// Long enough for a busy store.
const LONG: Duration = Duration::from_secs(60);
/// Waited out by what stalls.
const SHORT: Duration = Duration::from_millis(100);

/// A client that tries once, and the proxy that it goes through.
async fn behind_a_proxy() -> (Client, Proxy) {
    behind_a_proxy_for(LONG).await
}

/// The same, with so much time for each operation.
async fn behind_a_proxy_for(time: Duration) -> (Client, Proxy) {
    let proxy = Proxy::start(&store().await.endpoint).await;
    let timeouts = TimeoutConfig::builder().operation_timeout(time).build();
    let config = config(&proxy.endpoint())
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts);
    (Client::from_conf(config.build()), proxy)
}

/// Puts an item that must not exist yet.
async fn put(client: &Client, pk: &str) -> Result<(), SdkError<PutItemError>> {
    let put = client.put_item().table_name(store().await.table);
    let put = put.item("pk", AttributeValue::S(pk.to_owned()));
    let put = put.item("sk", AttributeValue::S("one".to_owned()));
    let put = put.condition_expression("attribute_not_exists(pk)");
    put.send().await.map(drop)
}

#[tokio::test]
async fn what_nobody_planned_passes_and_is_recorded() {
    let (client, proxy) = behind_a_proxy().await;
    let pk = tenant();
    put(&client, &pk).await.unwrap();
    let twice = put(&client, &pk).await.unwrap_err().into_service_error();
    assert!(twice.is_conditional_check_failed_exception());
    assert_eq!(proxy.recorder().calls_to("PutItem").len(), 2);
    assert_eq!(proxy.recorder().applied_writes(), 1);
}

#[tokio::test]
async fn a_lost_response_is_a_cut_connection_after_the_store_did_its_work() {
    let (client, proxy) = behind_a_proxy().await;
    let pk = tenant();
    proxy.on("PutItem").lose_response();
    let lost = put(&client, &pk).await.unwrap_err();
    assert!(matches!(lost, SdkError::DispatchFailure(_)), "{lost:?}");
    let there = put(&client, &pk).await.unwrap_err().into_service_error();
    assert!(there.is_conditional_check_failed_exception());
    assert!(proxy.all_happened());
}

#[tokio::test]
async fn a_stalled_call_is_accepted_and_never_answered() {
    let (client, proxy) = behind_a_proxy_for(SHORT).await;
    let pk = tenant();
    proxy.on_all().always().stall();
    let stalled = put(&client, &pk).await.unwrap_err();
    assert!(matches!(stalled, SdkError::TimeoutError(_)), "{stalled:?}");
    assert_eq!(proxy.recorder().calls().len(), 1);
    assert_eq!(proxy.recorder().applied_writes(), 0);
}

#[tokio::test]
async fn a_throttled_call_does_not_reach_the_store() {
    let (client, proxy) = behind_a_proxy().await;
    let pk = tenant();
    proxy.on("PutItem").throttle();
    let refused = put(&client, &pk).await.unwrap_err().into_service_error();
    assert!(refused.is_provisioned_throughput_exceeded_exception());
    put(&client, &pk).await.unwrap();
    assert_eq!(proxy.recorder().applied_writes(), 1);
}

#[tokio::test]
async fn a_closed_proxy_refuses_connections_new_and_old_until_it_recovers() {
    let (client, mut proxy) = behind_a_proxy().await;
    let pk = tenant();
    put(&client, &format!("{pk}-connected")).await.unwrap();
    proxy.refuse_connections().await;
    for _ in 0..2 {
        let refused = put(&client, &pk).await.unwrap_err();
        assert!(
            matches!(refused, SdkError::DispatchFailure(_)),
            "{refused:?}"
        );
    }
    assert_eq!(proxy.recorder().calls().len(), 1);
    proxy.recover();
    put(&client, &pk).await.unwrap();
}

#[tokio::test]
async fn a_lost_request_is_a_cut_connection_and_nothing_was_done() {
    let (client, proxy) = behind_a_proxy().await;
    let pk = tenant();
    proxy.on("PutItem").lose_request();
    let lost = put(&client, &pk).await.unwrap_err();
    assert!(matches!(lost, SdkError::DispatchFailure(_)), "{lost:?}");
    assert_eq!(proxy.recorder().applied_writes(), 0);
    put(&client, &pk).await.unwrap();
}

#[tokio::test]
async fn a_truncated_answer_breaks_off_after_the_store_did_its_work() {
    let (client, proxy) = behind_a_proxy().await;
    let pk = tenant();
    proxy.on("PutItem").truncate();
    let broken = put(&client, &pk).await.unwrap_err();
    assert!(matches!(broken, SdkError::ResponseError(_)), "{broken:?}");
    assert_eq!(proxy.recorder().applied_writes(), 1);
}

#[tokio::test]
async fn connections_that_are_cut_are_made_anew() {
    let (client, mut proxy) = behind_a_proxy().await;
    let pk = tenant();
    put(&client, &format!("{pk}-before")).await.unwrap();
    proxy.cut_connections().await;
    // The client does not use a connection that it knows to be closed. Others break.
    let first = put(&client, &pk).await;
    let second = put(&client, &pk).await;
    assert!(first.is_ok() || second.is_ok(), "{first:?}, {second:?}");
    assert_eq!(proxy.recorder().applied_writes(), 2);
}
