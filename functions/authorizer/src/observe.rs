//! What an operator hears of an invocation: one line of log, and metrics.

use shared::error::Error;
use shared::http::caller::AuthorizerContext;
use shared::invocation::Invocation;
use shared::telemetry::{self, Measured};

/// Tells what was decided. Nobody we know has an empty principal id.
pub(crate) fn observe(
    invocation: &Invocation,
    decided: &Result<AuthorizerContext, Error>,
    measured: &Measured,
) {
    // The level of a line has to be known when it is compiled.
    macro_rules! line {
        ($level:ident, $($fields:tt)*) => {
            tracing::$level!(
                request_id = invocation.request_id,
                operation = "authorize",
                latency_ms = measured.latency_ms(),
                read_units = measured.spent.read_units,
                write_units = measured.spent.write_units,
                retries = measured.spent.retries,
                cold_start = measured.is_cold_start,
                $($fields)*
            )
        };
    }
    match decided {
        Ok(context) => line!(info, principal_id = context.principal_id),
        Err(error) => line!(
            error,
            code = error.code(),
            causes = error.causes().join(": ")
        ),
    }
    measured.record();
    telemetry::flush(&invocation.request_id);
}
