//! The line of log and the metrics of an invocation.

use shared::base::error::Error;
use shared::http::caller::AuthorizerContext;
use shared::log_line;
use shared::runtime::invocation::Invocation;
use shared::runtime::telemetry::{self, Measured};

/// Logs and counts an invocation. The principal id of an unknown sender is empty.
pub(crate) fn observe(
    invocation: &Invocation,
    decided: &Result<AuthorizerContext, Error>,
    measured: &Measured,
) {
    let id = invocation.request_id.as_str();
    match decided {
        Ok(context) => {
            let principal_id = context.principal_id.as_str();
            log_line!(info, id, measured, operation = "authorize", principal_id);
        }
        Err(error) => {
            let (code, causes) = (error.code(), error.causes().join(": "));
            log_line!(error, id, measured, operation = "authorize", code, causes);
        }
    }
    measured.record();
    telemetry::flush(&invocation.request_id);
}
