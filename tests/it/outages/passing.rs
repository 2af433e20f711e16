//! Single faults: the client does not notice them, and nothing is done twice.

use std::future::pending;

use integration_tests::api::{Request, Response};
use integration_tests::faults::Plan;
use serde_json::{Value, json};

use super::Outages;
use crate::credits::{credit, path};
use crate::rule_sets::rule_set;

/// The faults. The store is busy, fails, or is not reached. Or it does its work, but the connection
/// is cut, the answer is late, or the answer is cut short, is a proxy's, or has changed on the way.
pub(super) const FAULTS: [fn(Plan<'_>); 8] = [
    |plan| plan.throttle(),
    |plan| plan.fail(),
    |plan| plan.lose_request(),
    |plan| plan.lose_response(),
    |plan| plan.lose_response_then(pending()),
    |plan| plan.truncate(),
    |plan| plan.garble(),
    |plan| plan.corrupt(),
];

impl Outages {
    /// Sends a request whose write meets a fault, and checks that it succeeds.
    async fn survives(&self, fault: fn(Plan<'_>), operation: &str, request: Request) -> Response {
        self.proxy.recorder().clear();
        fault(self.proxy.on(operation));
        let answer = request.send().await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(self.proxy.all_happened());
        assert_eq!(self.proxy.recorder().calls_to(operation).len(), 2);
        answer
    }

    /// Like [`Outages::survives`], for a PutItem that the store has applied once.
    async fn survives_put(&self, fault: fn(Plan<'_>), request: Request) -> Response {
        let answer = self.survives(fault, "PutItem", request).await;
        assert_eq!(self.proxy.recorder().applied_writes(), 1);
        answer
    }

    async fn read(&self, record: &Value) -> Value {
        self.world.read(record["id"].as_str().unwrap()).await.body
    }
}

#[tokio::test]
async fn a_create_is_one_success_and_one_write() {
    let outages = Outages::new().await;
    for (done, fault) in FAULTS.into_iter().enumerate() {
        let create = outages.api.post("/credits/{tenant}");
        let created = outages.survives_put(fault, create.json(&credit(json!({}))));
        let created = created.await.body;
        assert_eq!(created["sys_version"], 1);
        assert_eq!(outages.read(&created).await, created);
        assert_eq!(outages.stored().await.len(), done + 1);
    }
}

#[tokio::test]
async fn a_patch_is_one_success_and_one_write() {
    let outages = Outages::new().await;
    for fault in FAULTS {
        let created = outages.world.create(json!({"usages": []})).await;
        let usage = json!({"application_id": "a", "quantity": 1});
        let operations = json!([{"op": "add", "path": "/usages/-", "value": usage}]);
        let patch = outages.api.patch(&path(&created)).json_patch(&operations);
        let patched = outages.survives_put(fault, patch).await.body;
        assert_eq!(patched["sys_version"], 2);
        assert_eq!(patched["usages"].as_array().unwrap().len(), 1);
        assert_eq!(outages.read(&created).await, patched);
    }
}

#[tokio::test]
async fn a_delete_is_one_success_and_one_write() {
    let outages = Outages::new().await;
    for fault in FAULTS {
        let created = outages.world.create(json!({})).await;
        let delete = outages.api.delete(&path(&created));
        outages.survives_put(fault, delete).await;
        let item = outages.world.item(created["id"].as_str().unwrap()).await;
        let record = item["record"].as_m().unwrap();
        assert_eq!(record["sys_version"].as_n().unwrap(), "1");
        assert_eq!(
            outages
                .world
                .read(created["id"].as_str().unwrap())
                .await
                .status,
            404
        );
    }
}

#[tokio::test]
async fn a_consumption_takes_once() {
    let outages = Outages::new().await;
    let created = outages.world.create(json!({"quantity": 9})).await;
    for (done, fault) in FAULTS.into_iter().enumerate() {
        let order = json!({"application_id": format!("renewal-{done}"), "quantity": 1});
        let consume = outages.api.post("/credits/{tenant}/contact/ada/consume");
        let consume = consume.json(&order);
        outages.survives(fault, "TransactWriteItems", consume).await;
        let credit = outages.read(&created).await;
        assert_eq!(credit["sys_version"], done + 2);
        assert_eq!(credit["usages"].as_array().unwrap().len(), done + 1);
        assert_eq!(outages.partition("consumptions").await.len(), done + 1);
    }
}

#[tokio::test]
async fn a_create_of_a_rule_set_is_one_success_and_one_write() {
    let outages = Outages::new().await;
    for (done, fault) in FAULTS.into_iter().enumerate() {
        let create = outages.rule_sets.post("/expirationRuleSets/{tenant}");
        let created = outages.survives_put(fault, create.json(&rule_set(json!({}))));
        assert_eq!(created.await.body["sys_version"], 1);
        assert_eq!(
            outages.partition("expirationRuleSets").await.len(),
            done + 1
        );
    }
}

#[tokio::test]
async fn a_look_up_meets_the_same_faults_and_answers_the_same() {
    let outages = Outages::new().await;
    let created = outages.world.create(json!({})).await;
    for fault in FAULTS {
        let look_up = outages.api.get("/credits/{tenant}/contact/ada");
        let found = outages.survives(fault, "Query", look_up).await;
        assert_eq!(found.body["Items"], json!([created]));
    }
}
