//! Watches the attempts of one write: one of them may have been applied although the store did not
//! say so.

use std::error::Error as StdError;
use std::iter::successors;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_dynamodb::config::interceptors::FinalizerInterceptorContextRef;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::OrchestratorError;
use hyper_util::client::legacy::Error as HttpError;

use crate::base::error::Error;
use crate::repository::store::failure::failure;
use crate::runtime::invocation::Invocation;

tokio::task_local! {
    static CURRENT: Attempts;
}

/// The attempts of one write. Clones share their flags.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attempts(Arc<Flags>);

#[derive(Debug, Default)]
struct Flags {
    is_under_way: AtomicBool,
    is_unclear: AtomicBool,
}

impl Attempts {
    /// Sends a write, and watches its attempts.
    pub(crate) async fn watch<T>(&self, write: impl Future<Output = T>) -> T {
        CURRENT.scope(self.clone(), write).await
    }

    /// Returns whether the store gave no clear answer to an attempt that was sent.
    pub(crate) fn are_unclear(&self) -> bool {
        let Flags {
            is_under_way,
            is_unclear,
        } = &*self.0;
        is_under_way.load(Ordering::Relaxed) || is_unclear.load(Ordering::Relaxed)
    }

    /// Sorts the failure of the write: `outcome-unknown` when the write may have been applied,
    /// otherwise like [`failure`].
    pub(crate) fn failure<E>(&self, error: SdkError<E>) -> Error
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        if self.are_unclear() {
            Error::OutcomeUnknown(error.into())
        } else {
            failure(error)
        }
    }
}

/// Notes that an attempt is sent, if the attempt belongs to a write.
pub(crate) fn begin_attempt() {
    let begun = CURRENT.try_with(|attempts| attempts.0.is_under_way.store(true, Ordering::Relaxed));
    if let (Ok(()), Some(invocation)) = (begun, Invocation::current()) {
        invocation.note_write();
    }
}

/// Notes the outcome of an attempt, if the attempt belongs to a write. The SDK does not call this
/// when the time of the whole operation ends first: the attempt then stays under way.
pub(crate) fn end_attempt(context: &FinalizerInterceptorContextRef<'_>) {
    let noted = CURRENT.try_with(|attempts| {
        let was_sent = attempts.0.is_under_way.swap(false, Ordering::Relaxed);
        if was_sent && !is_clear(context) {
            attempts.0.is_unclear.store(true, Ordering::Relaxed);
        }
    });
    // Outside of a write there is nothing to note.
    noted.ok();
}

// Clear: a success, a refusal by the store (4xx), or no connection to the store.
fn is_clear(context: &FinalizerInterceptorContextRef<'_>) -> bool {
    let Some(Err(error)) = context.output_or_error() else {
        return true;
    };
    let response = context.response();
    let is_refusal = response.is_some_and(|response| response.status().is_client_error());
    is_refusal || was_never_connected(error)
}

// Such as a refused connection, or a name that no name server knows.
fn was_never_connected<E: StdError + 'static>(error: &OrchestratorError<E>) -> bool {
    let cause = error.as_connector_error().and_then(StdError::source);
    successors(cause, |&cause| cause.source())
        .filter_map(|cause| cause.downcast_ref())
        .any(HttpError::is_connect)
}
