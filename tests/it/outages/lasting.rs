//! Outages that outlast every retry.

use serde_json::json;
use shared::repository::Readable;

use super::requests::{NOT_KNOWN, NOT_KNOWN_IF_SENT, NOTHING_DONE};
use super::{LITTLE_TIME, Outages, TIME};
use crate::credits::credit;

#[tokio::test]
async fn a_stalled_store_is_a_503_before_the_deadline() {
    let mut outages = Outages::new().await;
    let records = outages.records().await;
    outages.proxy.on_all().always().stall();
    let codes = NOT_KNOWN_IF_SENT;
    outages.refuse_everything(&records, TIME, codes).await;
    outages.recover().await;
}

#[tokio::test]
async fn a_stalled_store_is_a_503_before_a_deadline_that_is_near() {
    let mut outages = Outages::new().await;
    let records = outages.records().await;
    outages.proxy.on_all().always().stall();
    let codes = NOT_KNOWN_IF_SENT;
    outages
        .refuse_everything(&records, LITTLE_TIME, codes)
        .await;
    outages.recover().await;
}

#[tokio::test]
async fn refused_connections_are_a_503_before_the_deadline() {
    let mut outages = Outages::new().await;
    let records = outages.records().await;
    // So that there are connections to be cut.
    outages.serve().await;
    outages.proxy.recorder().clear();
    outages.proxy.refuse_connections().await;
    outages
        .refuse_everything(&records, TIME, NOTHING_DONE)
        .await;
    outages.recover().await;
}

#[tokio::test]
async fn a_store_that_throttles_all_the_time_is_a_503_before_the_deadline() {
    let mut outages = Outages::new().await;
    let records = outages.records().await;
    outages.proxy.on_all().always().throttle();
    outages
        .refuse_everything(&records, TIME, NOTHING_DONE)
        .await;
    outages.recover().await;
}

#[tokio::test]
async fn a_store_that_stalls_writes_alone_leaves_nothing_half_written() {
    let mut outages = Outages::new().await;
    let records = outages.records().await;
    for write in ["PutItem", "TransactWriteItems"] {
        outages.proxy.on(write).always().stall();
    }
    outages.refuse_writes(&records, NOT_KNOWN).await;
    outages.recover().await;
}

#[tokio::test]
async fn a_store_that_throttles_writes_alone_leaves_nothing_half_written() {
    let mut outages = Outages::new().await;
    let records = outages.records().await;
    for write in ["PutItem", "TransactWriteItems"] {
        outages.proxy.on(write).always().throttle();
    }
    outages.refuse_writes(&records, NOTHING_DONE).await;
    outages.recover().await;
}

#[tokio::test]
async fn when_every_answer_is_lost_a_repeat_finds_what_was_done() {
    let mut outages = Outages::new().await;
    outages.world.create(json!({"quantity": 9})).await;
    for write in ["PutItem", "TransactWriteItems"] {
        outages.proxy.on(write).always().lose_response();
    }
    let order = json!({"application_id": "renewal", "quantity": 1});
    let consume = outages.api.post("/credits/{tenant}/contact/ada/consume");
    let create = outages.api.post("/credits/{tenant}");
    let create = create.header("idempotency-key", "once");
    let requests = [consume.json(&order), create.json(&credit(json!({})))];
    for request in requests.clone() {
        assert_eq!(request.send().await.status, 503);
    }
    outages.proxy.recover();
    let done = outages.stored().await;
    for request in requests {
        let answer = request.send().await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    // Two credits and a receipt, written once.
    assert_eq!(done.len(), 3);
    assert_eq!(outages.stored().await, done);
}

#[tokio::test]
async fn functions_that_start_while_the_store_is_away_serve_when_it_is_back() {
    let mut outages = Outages::new().await;
    outages.proxy.on_all().always().throttle();
    outages.table.connect(Readable::Tenants).await;
    outages.proxy.refuse_connections().await;
    outages.table.connect(Readable::Tenants).await;
    outages.recover().await;
}
