//! The line of log and the metrics of an invocation.

use metrics::{counter, histogram};
use shared::base::error::Error;
use shared::log_line;
use shared::runtime::invocation::Invocation;
use shared::runtime::telemetry::{self, Measured};

use crate::answer::Answer;
use crate::event::SweepRequest;
use crate::plan::Plan;
use crate::report::Finished;

/// The metrics of a run, beside those of every function.
pub const METRICS: [&str; 8] = [
    "tenants", "examined", "archived", "already", "locked", "in_grace", "failed", "lag_days",
];

/// Logs and counts an invocation.
pub(crate) fn observe(
    invocation: &Invocation,
    answer: &Result<Answer, Error>,
    measured: &Measured,
) {
    let id = invocation.request_id.as_str();
    log(id, measured, answer);
    measured.record();
    match answer {
        // A dry run changes nothing, so it counts in no metric of the sweep.
        Ok(Answer::Swept { request, .. } | Answer::Summed { request, .. })
            if request.is_dry_run() => {}
        Ok(Answer::Swept { finished, .. }) => count(finished),
        // Without tenants too, the alarm must see that a sweep has ended.
        Ok(Answer::Summed { .. }) => histogram!("lag_days").record(0),
        Ok(Answer::Planned(_)) | Err(_) => {}
    }
    telemetry::flush(id);
}

fn log(id: &str, measured: &Measured, answer: &Result<Answer, Error>) {
    match answer {
        Ok(Answer::Swept { request, finished }) => log_run(id, measured, request, finished),
        Ok(Answer::Planned(plan)) => {
            let tenants = tenants_of(plan);
            log_line!(info, id, measured, operation = "plan", tenants);
        }
        Ok(Answer::Summed { summary, .. }) => {
            let tenants = summary.total.tenants;
            log_line!(info, id, measured, operation = "summarize", tenants);
        }
        Err(error) => {
            let causes = error.causes().join(": ");
            log_line!(error, id, measured, code = error.code(), detail = %error, causes);
        }
    }
}

fn log_run(id: &str, measured: &Measured, request: &SweepRequest, finished: &Finished) {
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

fn tenants_of(plan: &Plan) -> usize {
    let groups = plan.items.iter();
    groups
        .map(|event| event.tenants.as_deref().map_or(0, <[_]>::len))
        .sum()
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
