//! The time that a request has, as the invocation's deadline leaves it.

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use lambda_http::RequestExt;

use crate::base::error::Error;
use crate::runtime::deadline::Deadline;
use crate::runtime::invocation::Invocation;

/// The request's deadline, for handlers that can stop in time by themselves.
#[derive(Clone, Copy, Debug)]
pub struct TimeLeft(pub Deadline);

impl<S: Sync> FromRequestParts<S> for TimeLeft {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let invocation = parts.extensions.get::<Invocation>();
        Ok(Self(invocation.map_or(Deadline::NONE, |it| it.deadline)))
    }
}

/// Answers `unavailable` when the handler does not answer in time, or `outcome-unknown` when a write was
/// sent.
pub(crate) async fn meet_deadline(
    TimeLeft(deadline): TimeLeft,
    request: Request,
    next: Next,
) -> Response {
    let invocation = request.extensions().get::<Invocation>().cloned();
    let answer = deadline.run(next.run(request)).await;
    answer.unwrap_or_else(|| out_of_time(invocation.as_ref()).into_response())
}

// What was sent to the store may still be applied.
fn out_of_time(invocation: Option<&Invocation>) -> Error {
    let cause = "the time was used up";
    match invocation.is_some_and(Invocation::has_written) {
        true => Error::OutcomeUnknown(cause.into()),
        false => Error::Unavailable(cause.into()),
    }
}

/// When the request's answer must be ready; never in local runs.
pub(crate) fn deadline(request: &Request) -> Deadline {
    let context = request.extensions().lambda_context_ref();
    context.map_or(Deadline::NONE, |it| Deadline::before_timeout(it.deadline))
}
