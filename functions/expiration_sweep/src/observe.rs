//! What an operator hears of an invocation: one line of log, and metrics.

use metrics::{counter, histogram};
use shared::base::error::Error;
use shared::log_line;
use shared::runtime::invocation::Invocation;
use shared::runtime::telemetry::{self, Measured};

use crate::handle::Done;
use crate::report::Finished;

/// The metrics of a run, beside those of every function.
pub const METRICS: [&str; 8] = [
    "tenants", "examined", "archived", "already", "locked", "in_grace", "failed", "lag_days",
];

/// Tells what an invocation has done.
pub(crate) fn observe(invocation: &Invocation, done: &Result<Done, Error>, measured: &Measured) {
    log(invocation, done, measured);
    measured.record();
    match done {
        // A dry run has done nothing, and counts in no metric of the sweep.
        Ok(Done::Swept { request, .. } | Done::Summed { request, .. }) if request.is_dry_run() => {}
        Ok(Done::Swept { finished, .. }) => count(finished),
        // A sweep was heard, also where there is no tenant.
        Ok(Done::Summed { .. }) => histogram!("lag_days").record(0),
        Ok(Done::Planned(_)) | Err(_) => {}
    }
    telemetry::flush(&invocation.request_id);
}

fn log(invocation: &Invocation, done: &Result<Done, Error>, measured: &Measured) {
    let id = invocation.request_id.as_str();
    match done {
        Ok(Done::Swept { request, finished }) => {
            let report = &finished.report;
            let tenant = match request.tenants.as_deref() {
                Some([only]) => Some(only.as_str()),
                Some(_) | None => None,
            };
            log_line!(
                info,
                id,
                measured,
                operation = "sweep",
                dry_run = request.is_dry_run(),
                tenant,
                as_of = report.as_of.map(|day| day.to_string()),
                tenants = report.tenants,
                examined = report.examined,
                archived = report.archived,
                already = report.already,
                locked = report.locked,
                in_grace = report.in_grace,
                failed = report.failed,
                complete = report.complete,
                lag_days = finished.lag_days,
            );
        }
        Ok(Done::Planned(planned)) => {
            let items = planned.items.iter();
            let tenants: usize = items
                .map(|item| item.tenants.as_deref().map_or(0, <[_]>::len))
                .sum();
            log_line!(info, id, measured, operation = "plan", tenants);
        }
        Ok(Done::Summed { summary, .. }) => {
            let tenants = summary.total.tenants;
            log_line!(info, id, measured, operation = "summarize", tenants);
        }
        Err(error) => {
            let causes = error.causes().join(": ");
            log_line!(error, id, measured, code = error.code(), detail = %error, causes);
        }
    }
}

fn count(finished: &Finished) {
    let report = &finished.report;
    counter!("tenants").increment(report.tenants);
    counter!("examined").increment(report.examined);
    counter!("archived").increment(report.archived);
    counter!("already").increment(report.already);
    counter!("locked").increment(report.locked);
    counter!("in_grace").increment(report.in_grace);
    counter!("failed").increment(report.failed);
    histogram!("lag_days").record(finished.lag_days);
}
