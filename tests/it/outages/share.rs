//! An outage uses up only the retries of the request itself.

use futures_util::future::join_all;
use integration_tests::api::{Request, Response};
use serde_json::{Value, json};

use super::Outages;
use crate::credits::credit;
use crate::logs;

/// More requests than the SDK's quota of a whole process can repeat.
const REQUESTS: usize = 60;

impl Outages {
    fn create(&self) -> Request {
        self.api.post("/credits/{tenant}").json(&credit(json!({})))
    }
}

/// Returns the number of retries of a request from its log line.
fn retries(answer: &Response) -> Value {
    let lines = logs::lines_of(answer.header("x-request-id").unwrap());
    let told = lines.iter().find_map(|line| line.get("retries"));
    told.unwrap().clone()
}

#[tokio::test]
async fn in_an_outage_every_request_has_all_its_tries() {
    let outages = Outages::unhurried().await;
    outages.proxy.on("PutItem").always().fail();
    let answers = join_all((0..REQUESTS).map(|_| outages.create().send())).await;
    assert!(answers.iter().all(|answer| answer.status == 503));
    let tries = outages.proxy.recorder().calls_to("PutItem").len();
    assert_eq!(tries, 3 * REQUESTS);
    assert_eq!(outages.partition("credits").await.len(), 0);
}

#[tokio::test]
async fn after_an_outage_passing_faults_are_waited_out_at_once() {
    let mut outages = Outages::unhurried().await;
    outages.proxy.on("PutItem").always().lose_request();
    join_all((0..REQUESTS).map(|_| outages.create().send())).await;
    outages.proxy.recover();
    for _ in 0..10 {
        outages.proxy.on("PutItem").times(2).fail();
        let answer = outages.create().send().await;
        assert_eq!((answer.status, retries(&answer)), (200, json!(2)));
    }
}

#[tokio::test]
async fn requests_that_fail_all_the_time_take_no_tries_from_those_beside_them() {
    let outages = Outages::unhurried().await;
    outages.proxy.on("Query").always().throttle();
    let list = || outages.api.get("/credits/{tenant}").send();
    let failing = join_all((0..REQUESTS).map(|_| list()));
    let beside = async {
        for _ in 0..5 {
            outages.proxy.on("PutItem").times(2).fail();
            let answer = outages.create().send().await;
            assert_eq!((answer.status, retries(&answer)), (200, json!(2)));
        }
    };
    let (failed, ()) = tokio::join!(failing, beside);
    assert!(failed.iter().all(|answer| answer.status == 503));
}

#[tokio::test]
async fn a_batch_in_an_outage_repeats_no_more_calls_than_its_share() {
    let outages = Outages::unhurried().await;
    outages.proxy.on("PutItem").always().throttle();
    let create = json!({"operation": "create", "object": credit(json!({}))});
    let operations = json!({"operations": vec![create; 100]});
    let batch = outages
        .api
        .post("/credits/{tenant}/batch")
        .json(&operations);
    let answer = batch.send().await;
    assert_eq!(answer.body["error_count"], 100, "{}", answer.text);
    // All tries would be 200 repeats. The share is 100, a tenth of the calls, and what was under
    // way.
    let repeated = retries(&answer).as_u64().unwrap();
    assert!((100..=150).contains(&repeated), "{repeated}");
    assert_eq!(outages.partition("credits").await.len(), 0);
}
