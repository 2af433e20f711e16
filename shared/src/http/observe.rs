//! The outermost layer: one request id, one log line, one form for every failure.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;

use crate::base::error::Error;
use crate::http::api::Operations;
use crate::http::deadline::deadline;
use crate::http::problem::{Failure, MEDIA_TYPE};
use crate::log_line;
use crate::model::id::TenantId;
use crate::runtime::invocation::Invocation;
use crate::runtime::telemetry::{self, ColdStart, Measured, Outcome};

/// Answered with every response.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the layer knows beforehand.
#[derive(Clone, Debug)]
pub(crate) struct Observer {
    operations: Arc<Operations>,
    start: ColdStart,
}

impl Observer {
    pub(crate) fn new(operations: Operations) -> Self {
        Self {
            operations: Arc::new(operations),
            start: ColdStart::default(),
        }
    }
}

/// Where a request notes, on its way, who sends it; for its log line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sender(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    principal_id: OnceLock<String>,
    tenant: OnceLock<TenantId>,
}

impl Sender {
    /// Notes the principal. Set already: by the same request, so it is the same one.
    pub(crate) fn is(&self, principal_id: &str) {
        self.0.principal_id.set(principal_id.to_owned()).ok();
    }

    /// Notes which of its tenants it is at work for.
    pub(crate) fn works_for(&self, tenant: &TenantId) {
        self.0.tenant.set(tenant.clone()).ok();
    }
}

/// Gives the request its id and its time, the failure its document, and the log its line.
pub(crate) async fn observe(
    State(observer): State<Observer>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let invocation = Invocation::new(request_id(&request), deadline(&request));
    let sender = Sender::default();
    let route = Route::of(&request);
    request.extensions_mut().insert(invocation.clone());
    request.extensions_mut().insert(sender.clone());
    let mut response = invocation.run(next.run(request)).await;
    let failure = failure_of(&mut response);
    let line = Line {
        request_id: &invocation.request_id,
        operation: route.operation(&observer.operations),
        route: &route,
        sender: &sender.0,
        status: response.status(),
        failure: failure.as_deref(),
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
    finish(response, failure.as_deref(), &invocation.request_id)
}

struct Route {
    method: Method,
    path: Option<MatchedPath>,
}

impl Route {
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

/// What is told of a request: never a header, a query, a body, or a path with its values.
struct Line<'a> {
    request_id: &'a str,
    operation: Option<&'static str>,
    route: &'a Route,
    sender: &'a Known,
    status: StatusCode,
    failure: Option<&'a Failure>,
    measured: Measured,
}

impl Line<'_> {
    fn log(&self) {
        let causes = self.failure.map(Failure::causes).unwrap_or_default();
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
                    code = self.failure.map(Failure::code),
                    causes,
                    tenant = self.sender.tenant.get().map(TenantId::as_str),
                    principal_id = self.sender.principal_id.get().map(String::as_str),
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
