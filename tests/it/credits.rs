//! The credits function, end to end: events in, answers out, a real table behind.

mod capacity;
mod concurrency;
mod create;
mod delete;
mod faults;
mod get;
mod hostile;
mod idempotency;
mod list;
mod locks;
mod look_ups;
mod patch;
mod published_example;
mod refusals;
mod replace;
mod tenancy;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use integration_tests::api::{Api, Request, Response};
use integration_tests::faults::Faults;
use integration_tests::store::{store, tenant};
use serde_json::{Value, json};
use shared::clock::Clock;
use shared::http::function::Function;
use shared::repository::{Table, client};

/// A tenant of its own on the shared table, and the function that serves it.
pub(crate) struct World {
    pub(crate) api: Api,
    pub(crate) faults: Faults,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with_clock(Clock::system()).await
    }

    /// A world whose handlers live in another time.
    pub(crate) async fn with_clock(clock: Clock) -> Self {
        let store = store().await;
        let faults = Faults::default();
        let config = client::bounded(store.config())
            .http_client(faults.clone())
            .build();
        let table = Table::new(Client::from_conf(config), store.table);
        let state = credits::State {
            clock,
            ..credits::State::new(table)
        };
        let api = Api::new(Function::new(credits::router(state)), tenant());
        Self { api, faults }
    }

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

    pub(crate) async fn read(&self, id: &str) -> Response {
        self.api
            .get(&format!("/credits/{{tenant}}/{id}?consistentRead=true"))
            .send()
            .await
    }

    /// Sends a request that must be refused, and sees that the store applied no write.
    pub(crate) async fn refused(&self, request: Request, status: u16, code: &str) -> Response {
        let before = self.faults.recorder().applied_writes();
        let answer = request.send().await;
        assert_eq!(
            (answer.status, answer.code()),
            (status, code),
            "{}",
            answer.text
        );
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(
            answer.body["instance"].as_str(),
            answer.header("x-request-id")
        );
        assert_eq!(
            self.faults.recorder().applied_writes(),
            before,
            "something was written"
        );
        answer
    }
}

/// A valid credit, with `changes` over it.
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

/// The path of a credit.
pub(crate) fn path(credit: &Value) -> String {
    format!("/credits/{{tenant}}/{}", id(credit))
}

/// The id in a credit.
pub(crate) fn id(credit: &Value) -> &str {
    credit["id"].as_str().unwrap()
}

impl World {
    /// The item behind a credit, internals and all.
    pub(crate) async fn item(&self, id: &str) -> std::collections::HashMap<String, AttributeValue> {
        let store = store().await;
        let get = store
            .client
            .get_item()
            .table_name(&store.table)
            .consistent_read(true);
        let get = get.key(
            "pk",
            AttributeValue::S(format!("{}#credits", self.api.tenant())),
        );
        let answer = get.key("sk", AttributeValue::S(id.to_owned())).send().await;
        answer.unwrap().item.unwrap()
    }

    /// Registers the tenant with a time zone.
    pub(crate) async fn set_time_zone(&self, zone: &str) {
        let store = store().await;
        let put = store.client.put_item().table_name(&store.table);
        let put = put.item("pk", AttributeValue::S("#tenants".to_owned()));
        let put = put.item("sk", AttributeValue::S(self.api.tenant().to_owned()));
        put.item("time_zone", AttributeValue::S(zone.to_owned()))
            .send()
            .await
            .unwrap();
    }
}
