//! The outcomes of a batch.

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::error::{Error, shortened};
use crate::base::json::{self, Object};
use crate::protocol::page::MAX_ANSWER_BYTES;
use crate::runtime::invocation::Invocation;

/// The most bytes of an outcome without its record: `operation`, `id`, the member names, and a
/// message with two texts of a client, of 512 bytes each and escaped twice.
const OUTCOME_BYTES: usize = 5 * 1024;

/// An operation that was done.
#[derive(Clone, Debug)]
pub struct Done {
    /// The record's id.
    pub id: String,
    /// The stored record; none after a delete.
    pub record: Option<Object>,
}

/// The reason why an operation was not done, or why its outcome is not known.
#[derive(Debug)]
pub(super) enum Miss {
    /// It was refused, or failed.
    Refused(Error),
    /// The time was used up before it began.
    NotAttempted,
    /// The time was used up while it ran.
    CutOff,
}

/// The answer to a batch.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BatchResult {
    /// The number of operations that were done.
    pub success_count: usize,
    /// The number of operations that were not done.
    pub error_count: usize,
    /// The outcome of each operation, in the order of the request.
    pub results: Vec<Outcome>,
}

/// The outcome of one operation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Outcome {
    #[serde(skip)]
    position: usize,
    /// The `operation`, as it was sent.
    pub operation: String,
    /// The id of the record, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `success` or `error`.
    pub outcome: &'static str,
    /// `<code>: <detail>`, after an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// The stored record, after create, update and patch; left out once the answer is full.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub object: Option<Object>,
}

impl Outcome {
    pub(super) fn new(
        position: usize,
        operation: String,
        id: Option<String>,
        result: Result<Done, Miss>,
    ) -> Self {
        match result {
            Ok(done) => Self {
                position,
                operation,
                id: Some(done.id),
                outcome: "success",
                error_message: None,
                object: done.record,
            },
            Err(miss) => Self {
                position,
                operation: shortened(operation),
                id: id.map(shortened),
                outcome: "error",
                error_message: Some(message(position, &miss)),
                object: None,
            },
        }
    }
}

fn message(position: usize, miss: &Miss) -> String {
    match miss {
        Miss::Refused(error) => {
            log(position, error);
            format!("{}: {error}", error.code())
        }
        Miss::NotAttempted => {
            "unavailable: not attempted, the time of the request was used up; send it again"
                .to_owned()
        }
        Miss::CutOff => {
            "outcome-unknown: no answer in time; repeat it with the same `Idempotency-Key`, or read the record"
                .to_owned()
        }
    }
}

// The log names the causes of a failure of the store or the service: the answer as a whole is a
// success.
fn log(position: usize, error: &Error) {
    let causes = error.causes().join(": ");
    if !causes.is_empty() {
        tracing::error!(
            request_id = Invocation::current_id(),
            position,
            code = error.code(),
            causes,
            "an operation of a batch failed"
        );
    }
}

impl BatchResult {
    pub(super) fn new(mut results: Vec<Outcome>) -> Self {
        results.sort_unstable_by_key(|outcome| outcome.position);
        leave_out_what_does_not_fit(&mut results);
        let success_count = results
            .iter()
            .filter(|result| result.error_message.is_none())
            .count();
        Self {
            success_count,
            error_count: results.len() - success_count,
            results,
        }
    }
}

fn leave_out_what_does_not_fit(results: &mut [Outcome]) {
    let mut bytes = results.len() * OUTCOME_BYTES;
    for outcome in results {
        bytes += outcome.object.as_ref().map_or(0, json::embedded_size);
        if bytes > MAX_ANSWER_BYTES {
            outcome.object = None;
        }
    }
}
