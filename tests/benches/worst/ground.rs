//! The ground of a hostile request: its own tenant, and the functions that serve it.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use integration_tests::api::{Api, Request, Response};
use integration_tests::store::{store, tenant};
use shared::http::function::Function;
use shared::http::state::AppState;
use shared::repository::{Table, client};

/// The time that the store may take. The embedded store needs seconds for 100,000 values.
const PATIENCE: Duration = Duration::from_secs(60);

/// A tenant, and the functions that serve it.
#[derive(Clone)]
pub(crate) struct Ground {
    credits: Api,
    rule_sets: Api,
}

impl Ground {
    pub(crate) async fn new() -> Self {
        let store = store().await;
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(PATIENCE)
            .operation_timeout(PATIENCE)
            .build();
        let config = client::bounded(store.config()).timeout_config(timeouts);
        let table = Table::new(Client::from_conf(config.build()), store.table);
        let credits = credits::router(AppState::new(table.clone()));
        let rule_sets = expiration_rule_sets::router(AppState::new(table));
        let tenant = tenant();
        Self {
            credits: Api::new(Function::new(credits), &tenant),
            rule_sets: Api::new(Function::new(rule_sets), &tenant),
        }
    }

    /// Returns the credits function.
    pub(crate) fn credits(&self) -> &Api {
        &self.credits
    }

    pub(crate) fn create(&self, body: impl Into<Vec<u8>>) -> Request {
        json(self.credits.post("/credits/{tenant}"), body)
    }

    pub(crate) fn replace(&self, id: &str, body: impl Into<Vec<u8>>) -> Request {
        json(self.credits.put(&credit_path(id)), body)
    }

    pub(crate) fn patch(&self, id: &str, body: impl Into<Vec<u8>>) -> Request {
        let request = self.credits.patch(&credit_path(id));
        request
            .header("content-type", "application/json-patch+json")
            .body(body)
    }

    pub(crate) fn read(&self, id: &str) -> Request {
        self.credits.get(&credit_path(id))
    }

    pub(crate) fn list(&self, query: &str) -> Request {
        self.credits.get(&format!("/credits/{{tenant}}?{query}"))
    }

    pub(crate) fn search(&self, body: impl Into<Vec<u8>>) -> Request {
        json(self.credits.post("/credits/{tenant}/search"), body)
    }

    pub(crate) fn batch(&self, body: impl Into<Vec<u8>>) -> Request {
        json(self.credits.post("/credits/{tenant}/batch"), body)
    }

    pub(crate) fn consume(&self, body: impl Into<Vec<u8>>) -> Request {
        json(
            self.credits.post("/credits/{tenant}/contact/ada/consume"),
            body,
        )
    }

    pub(crate) fn create_rule_set(&self, body: impl Into<Vec<u8>>) -> Request {
        json(self.rule_sets.post("/expirationRuleSets/{tenant}"), body)
    }

    pub(crate) fn patch_rule_set(&self, id: &str, body: impl Into<Vec<u8>>) -> Request {
        let path = format!("/expirationRuleSets/{{tenant}}/{id}");
        json(self.rule_sets.patch(&path), body)
    }

    pub(crate) fn batch_rule_sets(&self, body: impl Into<Vec<u8>>) -> Request {
        json(
            self.rule_sets.post("/expirationRuleSets/{tenant}/batch"),
            body,
        )
    }

    pub(crate) fn evaluate(&self, id: &str, body: impl Into<Vec<u8>>) -> Request {
        let path = format!("/expirationRuleSets/{{tenant}}/{id}/evaluate");
        json(self.rule_sets.post(&path), body)
    }

    /// Stores a credit, and returns its id.
    pub(crate) async fn stored(&self, body: impl Into<Vec<u8>>) -> String {
        id(&must(self.create(body)).await)
    }

    /// Stores `count` credits, and returns their ids.
    pub(crate) async fn stored_times(&self, count: usize, body: &str) -> Vec<String> {
        let mut ids = Vec::new();
        for _ in 0..count {
            ids.push(self.stored(body).await);
        }
        ids
    }

    /// Stores a rule set, and returns its id.
    pub(crate) async fn stored_rule_set(&self, body: impl Into<Vec<u8>>) -> String {
        id(&must(self.create_rule_set(body)).await)
    }
}

/// Sends a request of the preparation, which must succeed.
pub(crate) async fn must(request: Request) -> Response {
    let answer = request.send().await;
    let shown: String = answer.text.chars().take(500).collect();
    assert_eq!(answer.status, 200, "the preparation is refused: {shown}");
    answer
}

fn credit_path(id: &str) -> String {
    format!("/credits/{{tenant}}/{id}")
}

fn json(request: Request, body: impl Into<Vec<u8>>) -> Request {
    request
        .header("content-type", "application/json")
        .body(body)
}

fn id(answer: &Response) -> String {
    answer.body["id"]
        .as_str()
        .expect("a record has an id")
        .to_owned()
}
