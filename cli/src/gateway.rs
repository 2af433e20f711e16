//! The local stand-in for the HTTP API. It turns an HTTP request into the event
//! that API Gateway would send to the function, and the function's answer back
//! into HTTP. Every request gets an answer, also a malformed one.
//!
//! The order for a request: host, size limits, body, route, event, authorizer,
//! function, reply, CORS headers.

mod authorize;
pub mod body;
pub mod cors;
pub mod event;
mod refusal;
mod reply;
pub mod routes;
mod server;
mod sweep;

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderValue, Request};
use shared::http::function::Function;

pub use server::serve;
pub use sweep::LocalSweep;

use authorizer::Authorizer;
use cors::Cors;
use refusal::Refusal;
use routes::{Route, Routes};

use crate::template::{self, TemplateError};

/// HTTP APIs give an integration at most 30 s.
const INTEGRATION_WITHIN: Duration = Duration::from_secs(30);
/// The parameter of the template with the seconds that a function has for a request.
const FUNCTION_TIMEOUT: &str = "FunctionTimeout";

/// The functions by their logical id in the template.
pub type Functions = HashMap<String, Function>;

/// The time in which the body of a request must arrive.
const BODY_WITHIN: Duration = Duration::from_secs(30);

/// One HTTP API: the template's routes and CORS rules, over the functions.
pub struct Gateway {
    routes: Routes,
    cors: Option<Cors>,
    authorizer: Authorizer,
    functions: Functions,
    sweep: Option<LocalSweep>,
    body_within: Duration,
    function_within: Duration,
}

impl Gateway {
    /// Makes the template's API over `functions`, with `authorizer` in front.
    ///
    /// # Errors
    /// When the template cannot be read.
    pub fn new(authorizer: Authorizer, functions: Functions) -> Result<Self, TemplateError> {
        let seconds = template::parameter_default(FUNCTION_TIMEOUT)?;
        let function_within = seconds.map_or(INTEGRATION_WITHIN, Duration::from_secs);
        Ok(Self {
            routes: Routes::from_template()?,
            cors: Cors::from_template()?,
            authorizer,
            functions,
            sweep: None,
            body_within: BODY_WITHIN,
            function_within,
        })
    }

    /// Adds a route that runs the expiration sweep.
    #[must_use]
    pub fn with_sweep(self, sweep: LocalSweep) -> Self {
        Self {
            sweep: Some(sweep),
            ..self
        }
    }

    /// Sets another time in which the body of a request must arrive.
    #[must_use]
    pub fn with_body_within(self, body_within: Duration) -> Self {
        Self {
            body_within,
            ..self
        }
    }

    /// Answers one request of the client at `source`.
    pub async fn answer(&self, request: Request<Body>, source: IpAddr) -> Response {
        let (parts, body) = request.into_parts();
        let origin = parts.headers.get(http::header::ORIGIN).cloned();
        let is_preflight = Cors::is_preflight(&parts);
        let answer = self.invoke(parts, body, source).await;
        let mut response = answer.unwrap_or_else(Refusal::into_response);
        match (&self.cors, origin) {
            (Some(cors), Some(origin)) if is_preflight => {
                cors.permit(response.headers_mut(), &origin);
            }
            (Some(cors), Some(origin)) => cors.decorate(response.headers_mut(), &origin),
            (None, _) | (_, None) => {}
        }
        response
    }

    async fn invoke(&self, parts: Parts, body: Body, source: IpAddr) -> Result<Response, Refusal> {
        let path = event::decoded_path(&parts)?;
        event::check_header_size(&parts)?;
        let body = tokio::time::timeout(self.body_within, body::read(&parts.headers, body))
            .await
            .map_err(|_elapsed| Refusal::RequestTimeout)??;
        if let (Some(sweep), true) = (&self.sweep, LocalSweep::takes(&parts)) {
            let caller = authorize::ask(&self.authorizer, &parts.headers).await?;
            return Ok(sweep.answer(&caller, body).await);
        }
        let route = self.routes.find(&parts.method, parts.uri.path());
        let route = route.ok_or(Refusal::NotFound)?;
        let mut event = event::build(&parts, &route, path, source);
        (event.body, event.is_base64_encoded) = body::encoded(&parts.headers, body);
        if !route.is_open() {
            let caller = authorize::ask(&self.authorizer, &parts.headers).await?;
            event.request_context.authorizer = Some(caller);
        }
        let request_id = event.request_context.request_id.clone();
        let function = self.function(&route)?;
        let answer = run(function, event, self.function_within).await?;
        let mut response = reply::into_http(answer)?;
        if let Some(id) = request_id.and_then(|id| HeaderValue::try_from(id).ok()) {
            response.headers_mut().insert("apigw-requestid", id);
        }
        Ok(response)
    }

    fn function(&self, route: &Route<'_>) -> Result<Function, Refusal> {
        let function = self.functions.get(route.function());
        function.cloned().ok_or(Refusal::InternalServerError)
    }
}

/// Runs the function in its own task, as on Lambda: a client that hangs up does
/// not stop the function, and a panic ends only this request. The function knows
/// its deadline, and answers before it.
async fn run(
    function: Function,
    event: ApiGatewayV2httpRequest,
    function_within: Duration,
) -> Result<ApiGatewayV2httpResponse, Refusal> {
    let running = tokio::spawn(async move { function.invoke_within(function_within, event).await });
    match tokio::time::timeout(INTEGRATION_WITHIN, running).await {
        Ok(Ok(Ok(answer))) => Ok(answer),
        // The function failed as a whole, or panicked where it does not catch panics.
        Ok(Ok(Err(_)) | Err(_)) => Err(Refusal::InternalServerError),
        Err(_elapsed) => Err(Refusal::ServiceUnavailable),
    }
}
