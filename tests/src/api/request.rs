//! A request that becomes an event.

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

    /// Adds a header, beside others of the same name.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        let header = (name.to_ascii_lowercase(), value.into());
        self.sent.headers.push(header);
        self
    }

    /// Sets a JSON body, with its content type.
    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json")
            .body(body.to_string())
    }

    /// Sets a JSON Patch body, with its content type.
    pub fn json_patch(self, operations: &Value) -> Self {
        self.header("content-type", "application/json-patch+json")
            .body(operations.to_string())
    }

    /// Sets any body, without a content type.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.sent.body = Some(body.into());
        self
    }

    /// Returns the path, with its tenant.
    pub fn path(&self) -> &str {
        &self.sent.path
    }

    /// Returns the number of bytes of path, query, headers and body together.
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

    /// Returns the event that API Gateway makes, for a caller who measures the function.
    pub fn event(&self) -> Value {
        self.api.authorized(event::event(&self.sent))
    }

    /// Returns the function that gets the request.
    pub fn function(&self) -> &Function {
        &self.api.function
    }

    /// Sends the request.
    ///
    /// # Panics
    /// When an event cannot contain the headers or the path.
    pub async fn send(self) -> Response {
        self.api.invoke(event::event(&self.sent)).await
    }
}
