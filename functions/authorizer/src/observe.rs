//! What an operator hears of an invocation: one line of log, and metrics.

use shared::base::error::Error;
use shared::http::caller::AuthorizerContext;
use shared::log_line;
use shared::runtime::invocation::Invocation;
use shared::runtime::telemetry::{self, Measured};

/// Tells what was decided. Nobody we know has an empty principal id.
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
