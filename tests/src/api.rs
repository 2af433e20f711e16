//! Requests to a function, in process, as API Gateway would send them.
//!
//! ```no_run
//! # async fn example(function: shared::http::function::Function) {
//! use integration_tests::{api::Api, store};
//!
//! let api = Api::new(function, store::tenant());
//! let answer = api.get("/credits/{tenant}?limit=2").send().await;
//! assert_eq!(answer.status, 200);
//!
//! let reader = api.as_principal("reader", &[api.tenant()], &["read"]);
//! let refused = reader.delete("/credits/{tenant}/some-id").send().await;
//! assert_eq!(refused.body["status"], 403);
//! # }
//! ```

mod event;
mod invocation;
mod request;
mod response;
mod routes;

use std::time::Duration;

use serde_json::{Value, json};
use shared::http::function::Function;

pub use request::Request;
pub use response::Response;
pub use routes::{Route, routes};

/// A function, its caller, and the tenant of its paths.
#[derive(Clone)]
pub struct Api {
    function: Function,
    tenant: String,
    /// The event's `requestContext.authorizer`.
    authorizer: Option<Value>,
    /// The time of each invocation. Without one, there is no limit.
    time: Option<Duration>,
}

impl Api {
    /// Calls `function` as a principal with all scopes in `tenant`.
    pub fn new(function: Function, tenant: impl Into<String>) -> Self {
        let tenant = tenant.into();
        let everything = ["read", "write", "admin"];
        Self {
            authorizer: Some(authorizer("tester", &[&tenant], &everything)),
            function,
            tenant,
            time: None,
        }
    }

    /// Limits the time of each invocation. A later answer fails the test.
    #[must_use]
    pub fn within(&self, time: Duration) -> Self {
        Self {
            time: Some(time),
            ..self.clone()
        }
    }

    /// Returns the tenant that `{tenant}` stands for in paths.
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// Calls the same function and path tenant as another principal.
    #[must_use]
    pub fn as_principal(&self, id: &str, tenants: &[&str], scopes: &[&str]) -> Self {
        Self {
            authorizer: Some(authorizer(id, tenants, scopes)),
            ..self.clone()
        }
    }

    /// Sets the authorizer's whole context about the caller.
    #[must_use]
    pub fn with_context(&self, context: &Value) -> Self {
        Self {
            authorizer: Some(json!({ "lambda": context })),
            ..self.clone()
        }
    }

    /// Leaves the authorizer's context out of the event.
    #[must_use]
    pub fn without_principal(&self) -> Self {
        Self {
            authorizer: None,
            ..self.clone()
        }
    }

    /// Asks for another tenant's data as the same principal.
    #[must_use]
    pub fn for_tenant(&self, tenant: &str) -> Self {
        Self {
            tenant: tenant.to_owned(),
            ..self.clone()
        }
    }

    /// Makes a GET. The path is percent-encoded as in a URL and may have a query.
    /// `{tenant}` in it becomes the tenant. The other methods work alike.
    pub fn get(&self, path: &str) -> Request {
        self.request("GET", path)
    }

    /// Makes a POST.
    pub fn post(&self, path: &str) -> Request {
        self.request("POST", path)
    }

    /// Makes a PUT.
    pub fn put(&self, path: &str) -> Request {
        self.request("PUT", path)
    }

    /// Makes a PATCH.
    pub fn patch(&self, path: &str) -> Request {
        self.request("PATCH", path)
    }

    /// Makes a DELETE.
    pub fn delete(&self, path: &str) -> Request {
        self.request("DELETE", path)
    }

    /// Makes a request with any method.
    pub fn request(&self, method: &str, path: &str) -> Request {
        Request::new(self.clone(), method, path)
    }

    /// Sends an event unchanged, except for the caller.
    ///
    /// # Panics
    /// When the event or its answer is not one of API Gateway, or the answer is too late.
    pub async fn invoke(&self, event: Value) -> Response {
        let event =
            serde_json::from_value(self.authorized(event)).expect("an event of API Gateway");
        let answer = match self.time {
            Some(time) => invocation::answer_within(time, &self.function, event).await,
            None => {
                let answer = self.function.invoke(event).await;
                answer.expect("every answer can be written as an event's")
            }
        };
        Response::from(answer)
    }

    /// Adds the authorizer's context to an event.
    fn authorized(&self, mut event: Value) -> Value {
        event["requestContext"]["authorizer"] = json!(self.authorizer);
        event
    }
}

/// Returns the authorizer's context for a caller.
fn authorizer(id: &str, tenants: &[&str], scopes: &[&str]) -> Value {
    json!({ "lambda": { "principal_id": id, "tenants": tenants, "scopes": scopes } })
}
