//! Refusals that waiting does not end, transactions under way, and idle connections.

use integration_tests::api::Request;
use serde_json::json;

use super::Outages;
use crate::credits::{credit, path};
use crate::logs;

/// AWS's codes for credentials that no longer count.
const CREDENTIALS: [&str; 2] = ["ExpiredTokenException", "UnrecognizedClientException"];

impl Outages {
    fn consume(&self) -> Request {
        let order = json!({"application_id": "renewal", "quantity": 1});
        let consume = self.api.post("/credits/{tenant}/contact/ada/consume");
        consume.json(&order)
    }

    /// Sends a request that fails by our own fault, which only the log has.
    async fn fails(&self, request: Request, cause: &str) {
        self.proxy.recorder().clear();
        let before = self.stored().await;
        let answer = request.send().await;
        assert_eq!((answer.status, answer.code()), (500, "internal"));
        assert!(!answer.text.contains(cause), "{}", answer.text);
        let lines = logs::lines_of(answer.header("x-request-id").unwrap());
        let causes = lines[0]["causes"].as_str().unwrap();
        assert!(causes.contains(cause), "{causes}");
        assert_eq!(lines[0]["retries"], 0, "{causes}");
        assert_eq!(self.stored().await, before);
    }
}

#[tokio::test]
async fn credentials_that_count_no_longer_are_a_500_at_once_that_changes_nothing() {
    let mut outages = Outages::new().await;
    let created = outages.world.create(json!({})).await;
    let note = json!([{"op": "add", "path": "/notes", "value": "n"}]);
    for code in CREDENTIALS {
        outages.proxy.on_all().always().refuse(code);
        let create = outages.api.post("/credits/{tenant}");
        let requests = [
            outages.api.get(&path(&created)),
            outages.api.patch(&path(&created)).json_patch(&note),
            create.json(&credit(json!({}))),
            outages.consume(),
        ];
        for request in requests {
            outages.fails(request, code).await;
        }
        outages.recover().await;
    }
}

#[tokio::test]
async fn a_transaction_that_is_under_way_already_is_waited_for_and_taken_once() {
    let outages = Outages::new().await;
    outages.world.create(json!({"quantity": 9})).await;
    let transaction = || outages.proxy.on("TransactWriteItems");
    transaction().refuse("TransactionInProgressException");
    let answer = outages.consume().send().await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(outages.proxy.recorder().applied_writes(), 1);
    assert_eq!(outages.partition("consumptions").await.len(), 1);
}

#[tokio::test]
async fn a_transaction_that_stays_under_way_is_a_503_and_nothing_is_taken_twice() {
    let mut outages = Outages::new().await;
    let created = outages.world.create(json!({"quantity": 9})).await;
    let transaction = || outages.proxy.on("TransactWriteItems");
    // The first attempt is applied, and its answer is lost. The repeats find it under way.
    transaction().lose_response();
    transaction()
        .always()
        .refuse("TransactionInProgressException");
    let answer = outages.consume().send().await;
    assert_eq!(answer.status, 503, "{}", answer.text);
    assert_eq!(answer.header("retry-after"), Some("1"));
    outages.proxy.recover();
    let repeat = outages.consume().send().await;
    assert_eq!(repeat.status, 200, "{}", repeat.text);
    let credit = outages.world.read(created["id"].as_str().unwrap()).await;
    let taken = (&credit.body["sys_version"], &credit.body["quantity_used"]);
    assert_eq!(taken, (&json!(2), &json!(1)));
}

#[tokio::test]
async fn a_token_of_another_transaction_is_a_500_that_takes_nothing() {
    let mut outages = Outages::new().await;
    outages.world.create(json!({"quantity": 9})).await;
    let code = "IdempotentParameterMismatchException";
    outages.proxy.on("TransactWriteItems").always().refuse(code);
    outages.fails(outages.consume(), code).await;
    assert_eq!(outages.partition("consumptions").await.len(), 0);
    outages.proxy.recover();
    assert_eq!(outages.consume().send().await.status, 200);
}

#[tokio::test]
async fn connections_that_were_closed_while_idle_cost_no_request_and_double_no_write() {
    let mut outages = Outages::new().await;
    // The oldest credit, so that the consumption takes from it.
    let kept = json!({"usages": [], "date": "2026-01-01"});
    let kept = outages.world.create(kept).await;
    let gone = outages.world.create(json!({})).await;
    let usage = json!({"application_id": "a", "quantity": 1});
    let operations = json!([{"op": "add", "path": "/usages/-", "value": usage}]);
    let requests = [
        (outages.api.get(&path(&kept)), 0),
        (outages.api.patch(&path(&kept)).json_patch(&operations), 1),
        (outages.api.delete(&path(&gone)), 1),
        (
            outages
                .api
                .post("/credits/{tenant}")
                .json(&credit(json!({}))),
            1,
        ),
        (outages.consume(), 1),
    ];
    for (request, writes) in requests {
        outages.serve().await;
        outages.proxy.cut_connections().await;
        outages.proxy.recorder().clear();
        let answer = request.send().await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(outages.proxy.recorder().applied_writes(), writes);
    }
    let patched = outages.world.read(kept["id"].as_str().unwrap()).await.body;
    assert_eq!(patched["sys_version"], 3);
}
