//! The outermost layer: one request id, one log line, one form for every error.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;

use crate::base::error::Error;
use crate::http::context::SenderContext;
use crate::http::operations::Operations;
use crate::http::problem::{HttpError, MEDIA_TYPE};
use crate::http::timeout::deadline;
use crate::log_line;
use crate::model::id::TenantId;
use crate::runtime::invocation::Invocation;
use crate::runtime::telemetry::{self, ColdStart, Measured, Outcome};

/// The header of every response that has the request's id.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The state of this layer.
#[derive(Clone, Debug)]
pub(crate) struct Observer {
    operations: Arc<Operations>,
    start: ColdStart,
}

impl Observer {
    pub(crate) fn new(operations: Arc<Operations>) -> Self {
        Self {
            operations,
            start: ColdStart::default(),
        }
    }
}

/// Gives the request its id and its deadline, the error its document, and the log its line.
pub(crate) async fn observe(
    State(observer): State<Observer>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let invocation = Invocation::new(request_id(&request), deadline(&request));
    let sender = SenderContext::default();
    let route = RouteLabel::of(&request);
    request.extensions_mut().insert(sender.clone());
    let mut response = invocation.run(next.run(request)).await;
    let error = error_of(&mut response);
    let line = Line {
        request_id: &invocation.request_id,
        operation: route.operation(&observer.operations),
        route: &route,
        sender: &sender,
        status: response.status(),
        error: error.as_deref(),
        measured: Measured::new(
            outcome(response.status()),
            started,
            &invocation,
            &observer.start,
        ),
    };
    line.log();
    line.measured.record();
    telemetry::flush(line.request_id);
    finish(response, error.as_deref(), &invocation.request_id)
}

/// A request's method and the template of its path, for the log.
struct RouteLabel {
    method: Method,
    path: Option<MatchedPath>,
}

impl RouteLabel {
    fn of(request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            path: request.extensions().get().cloned(),
        }
    }

    fn operation(&self, operations: &Operations) -> Option<&'static str> {
        operations.name(&self.method, self.path.as_ref()?.as_str())
    }
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

// The error of a response, also where the framework refused the request by itself.
fn error_of(response: &mut Response) -> Option<Arc<HttpError>> {
    let known = response.extensions_mut().remove::<Arc<HttpError>>();
    let status = response.status();
    known.or_else(|| match status {
        StatusCode::NOT_FOUND => Some(Arc::new(HttpError::NoSuchRoute)),
        StatusCode::METHOD_NOT_ALLOWED => Some(Arc::new(HttpError::MethodNotAllowed)),
        status if status.is_client_error() => Some(Arc::new(
            Error::invalid_request("the request cannot be read").into(),
        )),
        status if status.is_server_error() => {
            Some(Arc::new(Error::internal("the framework failed").into()))
        }
        _ => None,
    })
}

/// The log line of a request. It has no header, query or body, and of the path only the template.
struct Line<'a> {
    request_id: &'a str,
    operation: Option<&'static str>,
    route: &'a RouteLabel,
    sender: &'a SenderContext,
    status: StatusCode,
    error: Option<&'a HttpError>,
    measured: Measured,
}

impl Line<'_> {
    fn log(&self) {
        let causes = self.error.map(HttpError::causes).unwrap_or_default();
        let causes = (!causes.is_empty()).then(|| causes.join(": "));
        macro_rules! line {
            ($level:ident) => {
                log_line!(
                    $level,
                    self.request_id,
                    self.measured,
                    operation = self.operation,
                    method = self.route.method.as_str(),
                    route = self.route.path.as_ref().map(MatchedPath::as_str),
                    status = self.status.as_u16(),
                    code = self.error.map(HttpError::code),
                    causes,
                    tenant = self.sender.tenant().map(TenantId::as_str),
                    principal_id = self.sender.principal_id(),
                )
            };
        }
        match self.status.is_server_error() {
            true => line!(error),
            false => line!(info),
        }
    }
}

fn outcome(status: StatusCode) -> Outcome {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Outcome::Unauthorized,
        StatusCode::SERVICE_UNAVAILABLE => Outcome::Unavailable,
        status if status.is_server_error() => Outcome::Broken,
        _ => Outcome::Served,
    }
}

fn finish(mut response: Response, error: Option<&HttpError>, id: &str) -> Response {
    if let Some(error) = error {
        // INVARIANT: a problem of strings and numbers always serializes.
        let document = serde_json::to_vec(&error.problem(id)).unwrap_or_default();
        *response.status_mut() = error.status();
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
