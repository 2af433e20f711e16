//! A request on its way to become an event.

use serde_json::Value;
use shared::http::function::Function;

use super::event::{self, Sent};
use super::{Api, Response};

/// A request that [`Request::send`] sends.
#[derive(Clone)]
#[must_use = "nothing happens until it is sent"]
pub struct Request {
    api: Api,
    sent: Sent,
}

impl Request {
    pub(super) fn new(api: Api, method: &str, path: &str) -> Self {
        let path = path.replace("{tenant}", api.tenant());
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        let sent = Sent {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            ..Sent::default()
        };
        Self { api, sent }
    }

    /// Adds a header; one of the same name stays.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        let header = (name.to_ascii_lowercase(), value.into());
        self.sent.headers.push(header);
        self
    }

    /// A JSON body with its content type.
    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json")
            .body(body.to_string())
    }

    /// A JSON Patch body with its content type.
    pub fn json_patch(self, operations: &Value) -> Self {
        self.header("content-type", "application/json-patch+json")
            .body(operations.to_string())
    }

    /// Any body, without a content type.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.sent.body = Some(body.into());
        self
    }

    /// The path, with its tenant.
    pub fn path(&self) -> &str {
        &self.sent.path
    }

    /// How many bytes path, query, headers and body have together.
    pub fn size(&self) -> usize {
        let Sent {
            path,
            query,
            headers,
            body,
            ..
        } = &self.sent;
        let headers: usize = headers.iter().map(|(name, it)| name.len() + it.len()).sum();
        path.len() + query.len() + headers + body.as_ref().map_or(0, Vec::len)
    }

    /// The event that API Gateway makes of it, for a caller who measures what the function does.
    pub fn event(&self) -> Value {
        self.api.authorized(event::event(&self.sent))
    }

    /// The function that it is for.
    pub fn function(&self) -> &Function {
        &self.api.function
    }

    /// Sends it.
    ///
    /// # Panics
    /// When headers or path are not what an event can hold.
    pub async fn send(self) -> Response {
        self.api.invoke(event::event(&self.sent)).await
    }
}
