//! Outages that last longer than all retries.

use integration_tests::faults::Plan;
use serde_json::json;
use shared::repository::WarmUp;

use super::requests::{NOT_KNOWN, NOT_KNOWN_IF_SENT, NOTHING_DONE};
use super::{Outages, little_time, time};
use crate::credits::credit;

#[tokio::test]
async fn a_stalled_store_is_a_503_before_the_deadline() {
    let mut outages = Outages::new().await;
    let records = outages.records().await;
    outages.proxy.on_all().always().stall();
    let codes = NOT_KNOWN_IF_SENT;
    outages.refuse_everything(&records, time(), codes).await;
    outages.recover().await;
}

#[tokio::test]
async fn a_stalled_store_is_a_503_before_a_deadline_that_is_near() {
    let mut outages = Outages::new().await;
    let records = outages.records().await;
    outages.proxy.on_all().always().stall();
    let codes = NOT_KNOWN_IF_SENT;
    outages
        .refuse_everything(&records, little_time(), codes)
        .await;
    outages.recover().await;
}

#[tokio::test]
async fn refused_connections_are_a_503_before_the_deadline() {
    let mut outages = Outages::new().await;
    let records = outages.records().await;
    // Opens connections that can be cut.
    outages.serve().await;
    outages.proxy.recorder().clear();
    outages.proxy.refuse_connections().await;
    outages
        .refuse_everything(&records, time(), NOTHING_DONE)
        .await;
    outages.recover().await;
}

#[tokio::test]
async fn a_store_that_throttles_all_the_time_is_a_503_before_the_deadline() {
    let mut outages = Outages::new().await;
    let records = outages.records().await;
    outages.proxy.on_all().always().throttle();
    outages
        .refuse_everything(&records, time(), NOTHING_DONE)
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
async fn a_store_that_fails_all_the_time_is_a_503_before_the_deadline() {
    let mut outages = Outages::new().await;
    let records = outages.records().await;
    outages.proxy.on_all().always().fail();
    let codes = NOT_KNOWN_IF_SENT;
    outages.refuse_everything(&records, time(), codes).await;
    outages.recover().await;
}

#[tokio::test]
async fn connections_that_break_before_the_store_hears_of_anything_are_a_503() {
    let mut outages = Outages::new().await;
    let records = outages.records().await;
    outages.proxy.on_all().always().lose_request();
    let codes = NOT_KNOWN_IF_SENT;
    outages.refuse_everything(&records, time(), codes).await;
    outages.recover().await;
}

/// The faults of answers.
const LOSSES: [fn(Plan<'_>); 4] = [
    |plan| plan.lose_response(),
    |plan| plan.truncate(),
    |plan| plan.garble(),
    |plan| plan.corrupt(),
];

#[tokio::test]
async fn when_every_answer_to_a_write_is_lost_or_damaged_a_repeat_finds_what_was_done() {
    for (round, loss) in LOSSES.into_iter().enumerate() {
        let mut outages = Outages::new().await;
        outages.world.create(json!({"quantity": 9})).await;
        for write in ["PutItem", "TransactWriteItems"] {
            loss(outages.proxy.on(write).always());
        }
        let order = json!({"application_id": "renewal", "quantity": 1});
        let consume = outages.api.post("/credits/{tenant}/contact/ada/consume");
        let create = outages.api.post("/credits/{tenant}");
        let create = create.header("idempotency-key", "once");
        let requests = [consume.json(&order), create.json(&credit(json!({})))];
        for request in requests.clone() {
            let answer = request.send().await;
            let told = (answer.status, answer.code(), answer.header("retry-after"));
            assert_eq!(told, (503, "outcome-unknown", Some("1")), "loss {round}");
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
}

#[tokio::test]
async fn a_read_whose_every_answer_is_lost_or_damaged_is_a_503_and_no_empty_or_wrong_answer() {
    for loss in LOSSES {
        let mut outages = Outages::new().await;
        let records = outages.records().await;
        for read in ["GetItem", "Query", "BatchGetItem"] {
            loss(outages.proxy.on(read).always());
        }
        outages.refuse_reads(&records).await;
        outages.recover().await;
    }
}

#[tokio::test]
async fn functions_that_start_while_the_store_is_away_serve_when_it_is_back() {
    let mut outages = Outages::new().await;
    outages.proxy.on_all().always().throttle();
    outages.table.warm_up(WarmUp::Tenants).await;
    outages.proxy.refuse_connections().await;
    outages.table.warm_up(WarmUp::Tenants).await;
    outages.recover().await;
}
