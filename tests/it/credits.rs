//! The credits function, end to end: events, answers and a real table.

mod batch;
mod capacity;
mod concurrency;
mod consumption;
mod create;
mod delete;
mod expiration;
mod faults;
mod gate;
mod get;
mod hostile;
mod idempotency;
mod keyed_changes;
mod limits;
mod list;
mod locks;
mod look_ups;
mod lost_responses;
mod mass_assignment;
mod model;
mod patch;
mod published_example;
mod races;
mod refusals;
mod replace;
mod restore;
mod search;
mod tenancy;

use integration_tests::api::{Request, Response};
use serde_json::{Value, json};

pub(crate) use crate::world::World;

impl World {
    /// Creates a credit: [`credit`], with `changes` over it.
    pub(crate) async fn create(&self, changes: Value) -> Value {
        let created = self
            .api
            .post("/credits/{tenant}")
            .json(&credit(changes))
            .send()
            .await;
        assert_eq!(created.status, 200, "{}", created.text);
        created.body
    }

    /// A PATCH of a credit.
    pub(crate) fn patch(&self, credit: &Value, operations: &Value) -> Request {
        self.api.patch(&path(credit)).json_patch(operations)
    }

    /// Changes a credit by a PATCH.
    pub(crate) async fn patched(&self, credit: &Value, operations: &Value) -> Value {
        let patched = self.patch(credit, operations).send().await;
        assert_eq!(patched.status, 200, "{}", patched.text);
        patched.body
    }

    /// A credit, by a strongly consistent read.
    pub(crate) async fn read(&self, id: &str) -> Response {
        self.api
            .get(&format!("/credits/{{tenant}}/{id}?consistentRead=true"))
            .send()
            .await
    }
}

/// Returns a valid credit, with `changes` over it.
pub(crate) fn credit(changes: Value) -> Value {
    let mut credit = json!({
        "type_id": "ceu", "origin": "certification activity", "activity_id": "webinar-12",
        "contact_id": "ada", "date": "2026-03-14", "quantity": 2.5,
    });
    for (name, value) in changes.as_object().into_iter().flatten() {
        credit[name] = value.clone();
    }
    credit
}

/// Sees that a write was done, and made this version.
fn is_version(answer: &Response, version: u64) {
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.body["sys_version"], version);
}

/// Returns the path of a credit.
pub(crate) fn path(credit: &Value) -> String {
    format!("/credits/{{tenant}}/{}", id(credit))
}

/// Returns the id of a credit.
pub(crate) fn id(credit: &Value) -> &str {
    credit["id"].as_str().unwrap()
}
