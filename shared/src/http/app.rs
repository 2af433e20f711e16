//! What every function's router has around its routes.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use lambda_http::RequestExt;
use percent_encoding::percent_decode_str;
use tower_http::catch_panic::CatchPanicLayer;

use crate::error::Error;
use crate::http::observe::observe;
use crate::http::problem::Failure;

/// What is left for the answer when the time of an invocation runs out.
const ANSWER_MARGIN: Duration = Duration::from_millis(500);

/// Finishes a router: refusals for unknown paths and methods, and the layers, outermost first: the
/// request id with the log line, panics, the deadline, the guard of paths.
pub fn finish(routes: Router) -> Router {
    routes
        .fallback(async || Failure::NoSuchRoute)
        .method_not_allowed_fallback(async || Failure::MethodNotAllowed)
        .layer(from_fn(guard_path))
        .layer(from_fn(meet_deadline))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(observe))
}

// API Gateway hands over a decoded path, of which lambda_http makes a URL: there, `a#b` becomes
// `a`, `a%41` becomes `aA`, and dot segments collapse. A request must never reach another record
// than the one it names, so a path that did not survive unchanged is refused.
async fn guard_path(request: Request, next: Next) -> Response {
    let sent = request.extensions().raw_http_path();
    let is_same = percent_decode_str(request.uri().path())
        .decode_utf8()
        .is_ok_and(|path| path == sent);
    if is_same {
        next.run(request).await
    } else {
        let detail =
            "the path holds a character that no id may have: one of / ? # % \\ or a control";
        Error::invalid_request(detail).into_response()
    }
}

async fn meet_deadline(request: Request, next: Next) -> Response {
    match time_left(&request) {
        None => next.run(request).await,
        Some(left) => match tokio::time::timeout(left, next.run(request)).await {
            Ok(response) => response,
            Err(elapsed) => Error::Unavailable(elapsed.into()).into_response(),
        },
    }
}

// What the invocation has left, less the margin; nothing when it has no deadline (local runs).
fn time_left(request: &Request) -> Option<Duration> {
    let deadline_ms = request.extensions().lambda_context_ref()?.deadline;
    let now_ms = u64::try_from(Timestamp::now().as_millisecond()).ok()?;
    let left = Duration::from_millis(
        deadline_ms
            .checked_sub(now_ms)
            .filter(|_| deadline_ms > 0)?,
    );
    Some(left.saturating_sub(ANSWER_MARGIN))
}

fn panicked(payload: Box<dyn Any + Send + 'static>) -> Response {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    let text = text
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Error::internal(format!("panicked: {text}")).into_response()
}
