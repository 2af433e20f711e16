//! Answers to what no route takes.

use std::sync::LazyLock;

use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::http::openapi::DOCUMENT;
use crate::http::problem::Failure;

/// A path of the document, and the methods it takes.
struct KnownPath {
    segments: Vec<String>,
    methods: String,
}

/// All functions' paths: API Gateway's `$default` route leads to one function, which has to tell an
/// unknown path from one that another function knows under other methods.
static KNOWN_PATHS: LazyLock<Vec<KnownPath>> = LazyLock::new(|| {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap_or_default();
    let paths = document.get("paths").and_then(Value::as_object);
    paths
        .into_iter()
        .flatten()
        .filter_map(|(path, operations)| known_path(path, operations))
        .collect()
});

fn known_path(path: &str, operations: &Value) -> Option<KnownPath> {
    let methods: Vec<_> = operations
        .as_object()?
        .keys()
        .map(|name| name.to_uppercase())
        .collect();
    let segments = path.split('/').map(str::to_owned).collect();
    Some(KnownPath {
        segments,
        methods: methods.join(","),
    })
}

/// 204 for OPTIONS: the route `$default` takes a browser's preflights too, and the HTTP API adds the
/// CORS headers to what is answered here. Else 405 for a path that some function has, or 404.
pub(crate) async fn fallback(method: Method, uri: Uri) -> Response {
    let methods = methods_of(uri.path());
    let mut response = match methods {
        _ if method == Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
        None => Failure::NoSuchRoute.into_response(),
        Some(_) => Failure::MethodNotAllowed.into_response(),
    };
    if let Some(Ok(methods)) = methods.map(HeaderValue::from_str) {
        response.headers_mut().insert(header::ALLOW, methods);
    }
    response
}

fn methods_of(path: &str) -> Option<&'static str> {
    let segments: Vec<_> = path.split('/').collect();
    let known = KNOWN_PATHS.iter().filter(|known| known.matches(&segments));
    // Static segments win over parameters, as in the router.
    known
        .min_by_key(|known| known.parameters())
        .map(|known| known.methods.as_str())
}

impl KnownPath {
    fn matches(&self, segments: &[&str]) -> bool {
        self.segments.len() == segments.len()
            && self
                .segments
                .iter()
                .zip(segments)
                .all(|(own, given)| match own.starts_with('{') {
                    true => !given.is_empty(),
                    false => own == given,
                })
    }

    fn parameters(&self) -> usize {
        self.segments
            .iter()
            .filter(|segment| segment.starts_with('{'))
            .count()
    }
}
