//! The time that a request has, as the invocation's deadline leaves it.

use std::time::Duration;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use lambda_http::RequestExt;

use crate::deadline::Deadline;
use crate::error::Error;

/// What is left for the answer when the time of an invocation runs out.
const ANSWER_MARGIN: Duration = Duration::from_millis(500);

/// The request's deadline, for handlers that can stop in time by themselves.
#[derive(Clone, Copy, Debug)]
pub struct TimeLeft(pub Deadline);

impl<S: Sync> FromRequestParts<S> for TimeLeft {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(
            parts
                .extensions
                .get::<Deadline>()
                .copied()
                .unwrap_or_default(),
        ))
    }
}

/// Answers `unavailable` when the handler does not answer in time.
pub(crate) async fn meet_deadline(mut request: Request, next: Next) -> Response {
    let deadline = time_left(&request).map_or(Deadline::NONE, Deadline::after);
    request.extensions_mut().insert(deadline);
    let answer = deadline.meet(next.run(request)).await;
    answer.unwrap_or_else(|| Error::Unavailable("the time was used up".into()).into_response())
}

// What the invocation has left, less the margin; nothing when it has no deadline (local runs).
fn time_left(request: &Request) -> Option<Duration> {
    let deadline_ms = request.extensions().lambda_context_ref()?.deadline;
    let now_ms = u64::try_from(Timestamp::now().as_millisecond()).ok()?;
    let left_ms = deadline_ms.saturating_sub(now_ms);
    (deadline_ms > 0).then(|| Duration::from_millis(left_ms).saturating_sub(ANSWER_MARGIN))
}
