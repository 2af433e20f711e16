//! Checks that an answer arrived as the store sent it. A damaged answer counts as a lost one: the
//! SDK repeats the call, and a write is recognised by its id.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use aws_sdk_dynamodb::config::retry::{ClassifyRetry, RetryAction};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_types::body::SdkBody;
use crc32fast::Hasher;
use http_body::{Body, Frame};

/// The CRC-32 of the body, in decimal digits: DynamoDB sends it with every answer.
const CHECKSUM: &str = "x-amz-crc32";

/// The error of an answer that was damaged on its way.
#[derive(Debug, thiserror::Error)]
#[error("the answer does not have the checksum that came with it")]
struct WrongChecksum;

/// Compares an answer with its checksum while it is read. The SDK for Rust does not do so.
pub(crate) fn check(answer: &mut HttpResponse) {
    let expected = answer.headers().get(CHECKSUM);
    if let Some(expected) = expected.and_then(|text| text.parse().ok()) {
        let body = std::mem::replace(answer.body_mut(), SdkBody::taken());
        *answer.body_mut() = SdkBody::from_body_1_x(Checked {
            body,
            hasher: Hasher::new(),
            expected,
        });
    }
}

/// A body that fails at its end when its checksum is wrong.
struct Checked {
    body: SdkBody,
    hasher: Hasher,
    expected: u32,
}

impl Body for Checked {
    type Data = <SdkBody as Body>::Data;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, BoxError>>> {
        let this = self.get_mut();
        let next = ready!(Pin::new(&mut this.body).poll_frame(context));
        match &next {
            Some(Ok(frame)) => {
                if let Some(data) = frame.data_ref() {
                    this.hasher.update(data);
                }
            }
            None if this.hasher.clone().finalize() != this.expected => {
                return Poll::Ready(Some(Err(WrongChecksum.into())));
            }
            Some(Err(_)) | None => {}
        }
        Poll::Ready(next)
    }
}

/// Repeats a call that was answered with success, but with a document that cannot be read: such an
/// answer is not from the store.
#[derive(Debug)]
pub(crate) struct Unreadable;

impl ClassifyRetry for Unreadable {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let answered = context.response();
        let is_success = answered.is_some_and(|answer| answer.status().is_success());
        let error = context.output_or_error().and_then(|it| it.err());
        if is_success && error.is_some_and(OrchestratorError::is_operation_error) {
            RetryAction::transient_error()
        } else {
            RetryAction::NoActionIndicated
        }
    }

    fn name(&self) -> &'static str {
        "Unreadable"
    }
}
