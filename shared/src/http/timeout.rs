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

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let invocation = Invocation::current();
        Ok(Self(invocation.map_or(Deadline::NONE, |it| it.deadline)))
    }
}

/// Answers in time: `unavailable` when the handler does not, or `outcome-unknown` when it has sent
/// a write.
pub(crate) async fn meet_deadline(
    TimeLeft(deadline): TimeLeft,
    request: Request,
    next: Next,
) -> Response {
    let response = deadline.run(next.run(request)).await;
    response.unwrap_or_else(|| out_of_time().into_response())
}

// The store may still apply a write that was sent.
fn out_of_time() -> Error {
    let cause = "the time was used up";
    match Invocation::current().is_some_and(|it| it.has_written()) {
        true => Error::OutcomeUnknown(cause.into()),
        false => Error::Unavailable(cause.into()),
    }
}

/// The time by which the request's response must be ready. Local runs have no deadline.
pub(crate) fn deadline(request: &Request) -> Deadline {
    let context = request.extensions().lambda_context_ref();
    context.map_or(Deadline::NONE, |it| Deadline::before_timeout(it.deadline))
}
