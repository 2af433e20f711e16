//! Responses to requests that no route takes.

use std::sync::LazyLock;

use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use matchit::Router;
use serde_json::Value;

use crate::http::openapi::DOCUMENT;
use crate::http::problem::HttpError;

/// The methods of every path of all functions. API Gateway's `$default` route leads to one
/// function, which has to tell an unknown path from a path that another function knows under other
/// methods.
static METHODS: LazyLock<Router<String>> = LazyLock::new(|| {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap_or_default();
    let paths = document.get("paths").and_then(Value::as_object);
    let mut methods = Router::new();
    for (path, operations) in paths.into_iter().flatten() {
        // INVARIANT: two paths of the document never conflict, since API Gateway has routes of
        // both.
        methods.insert(path, methods_of(operations)).ok();
    }
    methods
});

fn methods_of(operations: &Value) -> String {
    let names = operations.as_object().into_iter().flatten();
    let names: Vec<_> = names.map(|(name, _)| name.to_uppercase()).collect();
    names.join(",")
}

/// Answers 204 to OPTIONS, 405 to a path that some function has, and otherwise 404. `$default`
/// takes a browser's preflights too, and the HTTP API adds the CORS headers to their responses.
pub(crate) async fn fallback(method: Method, uri: Uri) -> Response {
    let methods = METHODS.at(uri.path()).ok().map(|found| found.value);
    let mut response = match methods {
        _ if method == Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
        None => HttpError::NoSuchRoute.into_response(),
        Some(_) => HttpError::MethodNotAllowed.into_response(),
    };
    if let Some(Ok(methods)) = methods.map(|methods| HeaderValue::from_str(methods)) {
        response.headers_mut().insert(header::ALLOW, methods);
    }
    response
}
