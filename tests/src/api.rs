//! Requests to a function, in process, as API Gateway would hand them over.
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

/// A function, and who calls it on behalf of which tenant.
#[derive(Clone)]
pub struct Api {
    function: Function,
    tenant: String,
    /// The event's `requestContext.authorizer`.
    authorizer: Option<Value>,
    /// What each invocation has; as long as it takes when there is none.
    time: Option<Duration>,
}

impl Api {
    /// Calls `function` as a principal of `tenant` who may do everything there.
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

    /// The same, with so much time for each invocation: a later answer fails the test.
    #[must_use]
    pub fn within(&self, time: Duration) -> Self {
        Self {
            time: Some(time),
            ..self.clone()
        }
    }

    /// The tenant that `{tenant}` stands for in paths.
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// The same function and path tenant, called by another principal.
    #[must_use]
    pub fn as_principal(&self, id: &str, tenants: &[&str], scopes: &[&str]) -> Self {
        Self {
            authorizer: Some(authorizer(id, tenants, scopes)),
            ..self.clone()
        }
    }

    /// The same, called by whomever the authorizer has told of in this context.
    #[must_use]
    pub fn with_context(&self, context: &Value) -> Self {
        Self {
            authorizer: Some(json!({ "lambda": context })),
            ..self.clone()
        }
    }

    /// The same, with no authorizer's word about the caller in the event.
    #[must_use]
    pub fn without_principal(&self) -> Self {
        Self {
            authorizer: None,
            ..self.clone()
        }
    }

    /// The same principal, who asks for another tenant's data.
    #[must_use]
    pub fn for_tenant(&self, tenant: &str) -> Self {
        Self {
            tenant: tenant.to_owned(),
            ..self.clone()
        }
    }

    /// A GET. The path is percent-encoded as in a URL, may have a query, and
    /// `{tenant}` in it becomes the tenant; the same holds for the others.
    pub fn get(&self, path: &str) -> Request {
        self.request("GET", path)
    }

    /// A POST.
    pub fn post(&self, path: &str) -> Request {
        self.request("POST", path)
    }

    /// A PUT.
    pub fn put(&self, path: &str) -> Request {
        self.request("PUT", path)
    }

    /// A PATCH.
    pub fn patch(&self, path: &str) -> Request {
        self.request("PATCH", path)
    }

    /// A DELETE.
    pub fn delete(&self, path: &str) -> Request {
        self.request("DELETE", path)
    }

    /// Any method.
    pub fn request(&self, method: &str, path: &str) -> Request {
        Request::new(self.clone(), method, path)
    }

    /// Sends an event as it stands, but for the caller.
    ///
    /// # Panics
    /// When it is no API Gateway event, or its answer none, or too late.
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

    /// The event with what the authorizer tells about the caller.
    fn authorized(&self, mut event: Value) -> Value {
        event["requestContext"]["authorizer"] = json!(self.authorizer);
        event
    }
}

/// What the authorizer tells the function about the caller.
fn authorizer(id: &str, tenants: &[&str], scopes: &[&str]) -> Value {
    json!({ "lambda": { "principal_id": id, "tenants": tenants, "scopes": scopes } })
}
