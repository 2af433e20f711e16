//! The outermost layer: one request id, one log line, one form for every failure.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;

use crate::error::Error;
use crate::http::problem::{Failure, MEDIA_TYPE};

/// Answered with every response.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: API Gateway's, or else the invocation's.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) String);

/// Gives the request its id, the failure its document, and the log its line.
pub(crate) async fn observe(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(&request);
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    let failure = failure_of(&mut response);
    let latency_ms = started.elapsed().as_millis();
    let route = route.as_deref().unwrap_or("-");
    log(
        &id,
        method.as_str(),
        route,
        response.status(),
        latency_ms,
        failure.as_deref(),
    );
    finish(response, failure.as_deref(), &id)
}

fn request_id(request: &Request) -> String {
    let gateway = match request.extensions().request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
        Some(_) | None => None,
    };
    let invocation = || {
        request
            .extensions()
            .lambda_context_ref()
            .map(|context| context.request_id.clone())
    };
    gateway.or_else(invocation).unwrap_or_default()
}

// What failed; also when it was the framework that refused, in its own words.
fn failure_of(response: &mut Response) -> Option<Arc<Failure>> {
    let known = response.extensions_mut().remove::<Arc<Failure>>();
    let status = response.status();
    known.or_else(|| match status {
        StatusCode::NOT_FOUND => Some(Arc::new(Failure::NoSuchRoute)),
        StatusCode::METHOD_NOT_ALLOWED => Some(Arc::new(Failure::MethodNotAllowed)),
        status if status.is_client_error() => Some(Arc::new(
            Error::invalid_request("the request cannot be read").into(),
        )),
        status if status.is_server_error() => {
            Some(Arc::new(Error::internal("the framework failed").into()))
        }
        _ => None,
    })
}

fn log(
    id: &str,
    method: &str,
    route: &str,
    status: StatusCode,
    latency_ms: u128,
    failure: Option<&Failure>,
) {
    let status = status.as_u16();
    match failure {
        Some(failure) if failure.status().is_server_error() => {
            let causes = failure.causes().join(": ");
            tracing::error!(
                request_id = id,
                method,
                route,
                status,
                latency_ms,
                code = failure.code(),
                causes
            );
        }
        Some(failure) => {
            tracing::info!(
                request_id = id,
                method,
                route,
                status,
                latency_ms,
                code = failure.code()
            );
        }
        None => tracing::info!(request_id = id, method, route, status, latency_ms),
    }
}

fn finish(mut response: Response, failure: Option<&Failure>, id: &str) -> Response {
    if let Some(failure) = failure {
        // INVARIANT: a problem of strings and numbers always serializes.
        let document = serde_json::to_vec(&failure.problem(id)).unwrap_or_default();
        *response.status_mut() = failure.status();
        *response.body_mut() = Body::from(document);
        let headers = response.headers_mut();
        headers.remove(header::CONTENT_LENGTH);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}
