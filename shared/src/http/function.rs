//! A function as Lambda calls it: turns an API Gateway event into a request for the router, and the
//! response back.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use axum::Router;
use axum::body::Body;
use axum::http::{Response, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Context, LambdaEvent, Request};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use tower::{Service, ServiceExt};

use crate::base::error::Error;
use crate::runtime::deadline::unix_ms_after;

/// The longest path and query together, as the event has them: API Gateway's own limit for the
/// request line and the headers. Encoded, they are at most three times as long, which fits into a
/// URL.
const MAX_TARGET_BYTES: usize = 10_240;

/// The characters that a query cannot have unencoded. `%` stays, since the query is encoded
/// already.
const NOT_IN_QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'`');

/// A router, ready to be called with API Gateway events.
#[derive(Clone, Debug)]
pub struct Function {
    router: Router,
}

impl Function {
    /// The function whose routes these are.
    pub fn new(router: Router) -> Self {
        Self { router }
    }

    /// Serves Lambda invocations until the environment ends.
    ///
    /// # Errors
    /// When the runtime API cannot be reached.
    pub async fn run(self) -> Result<(), lambda_http::Error> {
        lambda_runtime::run(self).await
    }

    /// Answers one event in process, as Lambda would, in whatever time it takes.
    ///
    /// # Errors
    /// `internal`, when the response cannot be written as an API Gateway response.
    pub async fn invoke(
        &self,
        event: ApiGatewayV2httpRequest,
    ) -> Result<ApiGatewayV2httpResponse, Error> {
        self.invoke_in(Context::default(), event).await
    }

    /// Answers one event in process, as Lambda would with a time-out of `time`.
    ///
    /// # Errors
    /// `internal`, when the response cannot be written as an API Gateway response.
    pub async fn invoke_within(
        &self,
        time: Duration,
        event: ApiGatewayV2httpRequest,
    ) -> Result<ApiGatewayV2httpResponse, Error> {
        let mut context = Context::default();
        context.deadline = unix_ms_after(time);
        self.invoke_in(context, event).await
    }

    async fn invoke_in(
        &self,
        context: Context,
        event: ApiGatewayV2httpRequest,
    ) -> Result<ApiGatewayV2httpResponse, Error> {
        let event = LambdaEvent::new(LambdaRequest::ApiGatewayV2(event), context);
        let response = self.clone().oneshot(event).await.map_err(Error::internal)?;
        let response = serde_json::to_value(response).map_err(Error::internal)?;
        serde_json::from_value(response).map_err(Error::internal)
    }
}

type RouterResponse =
    <Adapter<'static, Response<Body>, Router> as Service<LambdaEvent<LambdaRequest>>>::Response;

impl Service<LambdaEvent<LambdaRequest>> for Function {
    type Response = RouterResponse;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<RouterResponse, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, event: LambdaEvent<LambdaRequest>) -> Self::Future {
        let LambdaEvent { payload, context } = event;
        let has_long_target = has_long_target(&payload);
        let event = LambdaEvent::new(make_harmless(payload), context);
        let router = self.router.clone();
        match has_long_target {
            true => Box::pin(Adapter::from(router.map_request(marked)).call(event)),
            false => Box::pin(Adapter::from(router).call(event)),
        }
    }
}

/// Marks a request whose path and query are longer than [`MAX_TARGET_BYTES`], and were removed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LongTarget;

impl From<LongTarget> for Error {
    fn from(_: LongTarget) -> Self {
        Self::invalid_request(format!(
            "the path and the query are longer than {MAX_TARGET_BYTES} bytes"
        ))
    }
}

fn marked(mut request: Request) -> Request {
    request.extensions_mut().insert(LongTarget);
    request
}

fn has_long_target(request: &LambdaRequest) -> bool {
    match request {
        LambdaRequest::ApiGatewayV2(event) => is_long(event),
        _ => false,
    }
}

fn is_long(event: &ApiGatewayV2httpRequest) -> bool {
    let parts = [&event.raw_path, &event.raw_query_string];
    let bytes = parts.into_iter().flatten().map(String::len);
    bytes.sum::<usize>() > MAX_TARGET_BYTES
}

// lambda_http builds a URL from the event. If that fails, lambda_http panics, outside of our
// layers. No route needs the host, and the rest can be made valid. What is too long is removed, and
// the router refuses the request. A stage with a name is part of the path, but not of the routes.
fn make_harmless(request: LambdaRequest) -> LambdaRequest {
    match request {
        LambdaRequest::ApiGatewayV2(mut event) => {
            event.headers.remove(header::HOST);
            event.request_context.domain_name = None;
            if is_long(&event) {
                (event.raw_path, event.raw_query_string) = (None, None);
            }
            let stage = event.request_context.stage.take().unwrap_or_default();
            event.raw_path = event.raw_path.map(|path| path_in(&stage, path));
            let encoded = |query: String| utf8_percent_encode(&query, NOT_IN_QUERY).to_string();
            event.raw_query_string = event.raw_query_string.map(encoded);
            event.is_base64_encoded &= event.body.as_deref().is_some_and(is_base64);
            LambdaRequest::ApiGatewayV2(event)
        }
        other => other,
    }
}

// lambda_http panics when a body is marked as base64 and is not base64. As plain text, the body is
// not valid JSON, and is refused as such.
fn is_base64(body: &str) -> bool {
    STANDARD.decode(body).is_ok()
}

fn path_in(stage: &str, path: String) -> String {
    let path = match path.starts_with('/') {
        true => path,
        false => format!("/{path}"),
    };
    let inside = path
        .strip_prefix('/')
        .and_then(|path| path.strip_prefix(stage));
    match inside {
        Some(inside) if !stage.is_empty() && inside.starts_with('/') => inside.to_owned(),
        Some(_) | None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::path_in;

    #[test]
    fn a_named_stage_is_not_part_of_the_path() {
        for (stage, path, inside) in [
            ("prod", "/prod/credits/a", "/credits/a"),
            ("prod", "/credits/prod", "/credits/prod"),
            ("prod", "/production/credits", "/production/credits"),
            ("$default", "/credits/a", "/credits/a"),
            ("", "//credits", "//credits"),
            ("", "credits", "/credits"),
        ] {
            assert_eq!(path_in(stage, path.to_owned()), inside);
        }
    }
}
