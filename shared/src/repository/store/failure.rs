//! The errors of the SDK as errors of the service.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;

use crate::base::error::Error;
use crate::repository::store::attribute::Item;

/// DynamoDB's codes for "not now". Every other code, except a refused condition, is a fault of
/// ours.
const BUSY: [&str; 7] = [
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "InternalServerError",
    "ServiceUnavailable",
    "TransactionConflictException",
    "TransactionInProgressException",
];

/// Returns whether a condition did not hold, for writes that do not ask which item was there
/// instead.
pub(crate) fn is_refused_condition<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    let code = error
        .as_service_error()
        .and_then(ProvideErrorMetadata::code);
    code == Some("ConditionalCheckFailedException")
}

/// The failure of a write with a condition that asks for the item in its place.
pub(crate) enum WriteFailure<E> {
    /// The condition did not hold. Contains the item that is there, if there is one.
    Refused(Option<Item>),
    /// Any other failure.
    Failed(SdkError<E>),
}

/// The error of an operation that can have a condition.
pub(crate) trait ConditionalError {
    /// Returns whether the condition did not hold.
    fn is_refusal(&self) -> bool;

    /// Returns the item that a refused write found in its place, if there was one.
    fn into_item(self) -> Option<Item>;
}

impl<E: ConditionalError> From<SdkError<E>> for WriteFailure<E> {
    fn from(error: SdkError<E>) -> Self {
        match error {
            SdkError::ServiceError(refusal) if refusal.err().is_refusal() => {
                Self::Refused(refusal.into_err().into_item())
            }
            other => Self::Failed(other),
        }
    }
}

impl ConditionalError for PutItemError {
    fn is_refusal(&self) -> bool {
        self.is_conditional_check_failed_exception()
    }

    fn into_item(self) -> Option<Item> {
        match self {
            Self::ConditionalCheckFailedException(refusal) => refusal.item,
            _ => None,
        }
    }
}

impl ConditionalError for UpdateItemError {
    fn is_refusal(&self) -> bool {
        self.is_conditional_check_failed_exception()
    }

    fn into_item(self) -> Option<Item> {
        match self {
            Self::ConditionalCheckFailedException(refusal) => refusal.item,
            _ => None,
        }
    }
}

/// Sorts an error of the SDK: `unavailable` when trying again may help, else `internal`.
pub(crate) fn failure<E>(error: SdkError<E>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let is_busy = match &error {
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => {
            true
        }
        SdkError::ServiceError(refusal) => {
            // DynamoDB refuses with a 4xx and a code. Any other answer is not from DynamoDB itself.
            !refusal.raw().status().is_client_error()
                || refusal.err().code().is_none_or(|code| BUSY.contains(&code))
        }
        _ => false,
    };
    if is_busy {
        Error::Unavailable(error.into())
    } else {
        Error::Internal(error.into())
    }
}
