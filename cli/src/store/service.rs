//! The DynamoDB API over HTTP, as far as this service and its operators use it.
//! Only clients with the store's access key may call it, and web pages may not.

use axum::body::{Body, to_bytes};
use axum::response::{IntoResponse, Response};
use dynoxide::{Database, DynoxideError};
use http::header::{CONTENT_TYPE, ORIGIN};
use http::request::Parts;
use http::{Method, Request, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::AccessKey;

/// DynamoDB's own limit for a request.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;
const MEDIA_TYPE: &str = "application/x-amz-json-1.0";
const TARGET: &str = "x-amz-target";
const TARGET_PREFIX: &str = "DynamoDB_20120810.";

/// The refusal of every request from a web page.
const FOREIGN_ORIGIN: &str = r#"{"__type":"com.amazon.coral.service#AccessDeniedException","message":"this store does not answer web pages: the request has an `Origin` header"}"#;
/// DynamoDB's refusal of an unknown access key.
const UNKNOWN_KEY: &str = r#"{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"this store wants the access key that the `certs serve` behind it has announced in .local/serve.json"}"#;
const UNKNOWN_OPERATION: &str =
    r#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#;
const UNREADABLE: &str = r#"{"__type":"com.amazon.coral.service#SerializationException"}"#;
const FAILED: &str = r#"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}"#;

/// A database, and the access key for it.
#[derive(Clone)]
pub(super) struct Service {
    pub(super) database: Database,
    pub(super) access_key: AccessKey,
}

impl Service {
    /// Answers one request. The body is read only after the caller is admitted.
    pub(super) async fn answer(self, request: Request<Body>) -> Response {
        let (parts, body) = request.into_parts();
        if let Some(refusal) = self.refusal(&parts) {
            return answer(StatusCode::BAD_REQUEST, refusal);
        }
        let Some(operation) = operation(&parts) else {
            return answer(StatusCode::BAD_REQUEST, UNKNOWN_OPERATION);
        };
        let body = to_bytes(body, MAX_BODY_BYTES).await;
        let Ok(body) = body.map_err(drop).and_then(|body| text(body.into())) else {
            return answer(StatusCode::BAD_REQUEST, UNREADABLE);
        };
        // SQLite blocks, and the gateway shares these threads.
        let run = move || run(&self.database, &operation, &body);
        match tokio::task::spawn_blocking(run).await {
            Ok(Ok(found)) => answer(StatusCode::OK, found),
            Ok(Err(refusal)) => answer(status(&refusal), refusal.to_json()),
            Err(_panicked) => answer(StatusCode::INTERNAL_SERVER_ERROR, FAILED),
        }
    }

    /// Returns the refusal of a request that is not admitted. A browser sends `Origin`, and a
    /// client of a store is not a browser.
    fn refusal(&self, parts: &Parts) -> Option<&'static str> {
        if parts.headers.contains_key(ORIGIN) {
            return Some(FOREIGN_ORIGIN);
        }
        let is_known = self.access_key.has_signed(&parts.headers);
        (!is_known).then_some(UNKNOWN_KEY)
    }
}

fn operation(parts: &Parts) -> Option<String> {
    let target = parts.headers.get(TARGET)?.to_str().ok()?;
    let is_call = parts.method == Method::POST && parts.uri.path() == "/";
    let name = target.strip_prefix(TARGET_PREFIX)?;
    is_call.then(|| name.to_owned())
}

fn text(body: Vec<u8>) -> Result<String, ()> {
    String::from_utf8(body).map_err(drop)
}

fn run(database: &Database, operation: &str, body: &str) -> dynoxide::Result<String> {
    match operation {
        "BatchGetItem" => call(body, |request| database.batch_get_item(request)),
        "BatchWriteItem" => call(body, |request| database.batch_write_item(request)),
        "CreateTable" => call(body, |request| database.create_table(request)),
        "DeleteItem" => call(body, |request| database.delete_item(request)),
        "DeleteTable" => call(body, |request| database.delete_table(request)),
        "DescribeTable" => call(body, |request| database.describe_table(request)),
        "DescribeTimeToLive" => call(body, |request| database.describe_time_to_live(request)),
        "GetItem" => call(body, |request| database.get_item(request)),
        "ListTables" => call(body, |request| database.list_tables(request)),
        "PutItem" => call(body, |request| database.put_item(request)),
        "Query" => call(body, |request| database.query(request)),
        "Scan" => call(body, |request| database.scan(request)),
        "TransactGetItems" => call(body, |request| database.transact_get_items(request)),
        "TransactWriteItems" => call(body, |request| database.transact_write_items(request)),
        "UpdateItem" => call(body, |request| database.update_item(request)),
        "UpdateTable" => call(body, |request| database.update_table(request)),
        "UpdateTimeToLive" => call(body, |request| database.update_time_to_live(request)),
        other => Err(DynoxideError::ValidationException(format!(
            "this store does not know the operation `{other}`"
        ))),
    }
}

fn call<Q, A>(body: &str, run: impl FnOnce(Q) -> dynoxide::Result<A>) -> dynoxide::Result<String>
where
    Q: DeserializeOwned,
    A: Serialize,
{
    let request = serde_json::from_str(body)
        .map_err(|error| DynoxideError::ValidationException(error.to_string()))?;
    serde_json::to_string(&run(request)?)
        .map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

fn status(refusal: &DynoxideError) -> StatusCode {
    StatusCode::from_u16(refusal.status_code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn answer(status: StatusCode, body: impl Into<String>) -> Response {
    (status, [(CONTENT_TYPE, MEDIA_TYPE)], body.into()).into_response()
}
