//! `certs sweep`: archives expired credits, with the code of the scheduled
//! function.

use clap::Args;
use expiration_sweep::{Report, Sweep, SweepRequest};
use indicatif::ProgressBar;
use serde_json::{Value, json};
use shared::model::date::{CivilDate, NotADate};
use shared::model::id::TenantId;
use shared::repository::Table;
use shared::runtime::deadline::Deadline;
use shared::runtime::invocation::Invocation;
use uuid::Uuid;

use super::output::{Output, members};
use super::{CommandError, progress};

const PROGRESS: &str = "{spinner} {pos} credits looked at, {per_sec}: {msg}";

/// Archive credits whose last valid day and grace are over
#[derive(Debug, Args)]
pub(super) struct SweepTenants {
    /// Sweep only this tenant, registered or not; give the option once for each.
    /// Without it, sweep all registered tenants
    #[arg(long = "tenant", value_name = "TENANT")]
    tenants: Vec<TenantId>,
    /// The day to take as today; it may not be later than a tenant's own today
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<CivilDate>,
    /// Count only, and write nothing
    #[arg(long)]
    dry_run: bool,
}

impl SweepTenants {
    pub(super) async fn run(&self, table: Table) -> Result<Output, CommandError> {
        let bar = progress::bar(PROGRESS);
        let shown = bar.clone();
        let sweep = Sweep::new(table).with_progress(move |report| show(&shown, report));
        let invocation = Invocation::new(Uuid::new_v4(), Deadline::NONE);
        let finished = sweep.run(&self.request(), &invocation).await;
        bar.finish_and_clear();
        let finished = finished?;
        let failure = failure(&finished.report);
        let report = serde_json::to_value(&finished.report).unwrap_or_default();
        Ok(Output {
            json: report.clone(),
            failure,
            ..Output::one(members(table_of(report, finished.lag_days)))
        })
    }

    fn request(&self) -> SweepRequest {
        SweepRequest {
            as_of: self.as_of,
            tenants: (!self.tenants.is_empty()).then(|| self.tenants.clone()),
            dry_run: Some(self.dry_run),
            ..SweepRequest::default()
        }
    }
}

/// Adds, for people, the age of the oldest credit that could not be archived.
fn table_of(mut report: Value, lag_days: u32) -> Value {
    if let (Some(members), 1..) = (report.as_object_mut(), lag_days) {
        members.insert("days_late".to_owned(), json!(lag_days));
    }
    report
}

/// Returns why the sweep failed, although it has a report.
fn failure(report: &Report) -> Option<String> {
    let Report {
        failed, complete, ..
    } = report;
    let is_success = *failed == 0 && *complete;
    (!is_success).then(|| {
        let rest = if *complete {
            ""
        } else {
            ", and the sweep is not complete"
        };
        format!("{failed} credits could not be archived{rest}: the log above says why; sweep again")
    })
}

fn show(bar: &ProgressBar, report: &Report) {
    bar.set_position(report.examined);
    let Report {
        archived, failed, ..
    } = report;
    bar.set_message(format!("{archived} archived, {failed} failed"));
}

fn date(text: &str) -> Result<CivilDate, NotADate> {
    text.parse()
}
