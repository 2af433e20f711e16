//! `certs sweep`: archives what has run out, by the code of the scheduled function.

use std::time::Duration;

use clap::Args;
use expiration_sweep::{Report, Sweep, SweepRequest};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use shared::deadline::Deadline;
use shared::invocation::Invocation;
use shared::model::date::{CivilDate, NotADate};
use shared::model::id::TenantId;
use shared::repository::Table;
use uuid::Uuid;

use super::output::{Output, members};
use super::{CommandError, tenant_id};

const REDRAW_EVERY: Duration = Duration::from_millis(100);
const PROGRESS: &str = "{spinner} {pos} credits looked at, {per_sec}: {msg}";

/// Archive credits whose last valid day, and grace, is over
#[derive(Args, Debug)]
pub(super) struct SweepTenants {
    /// Only this tenant; give it once for each. All registered ones without it
    #[arg(long = "tenant", value_name = "TENANT", value_parser = tenant_id)]
    tenants: Vec<TenantId>,
    /// The day to take for today, not after a tenant's own
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<CivilDate>,
    /// Count only, and write nothing
    #[arg(long)]
    dry_run: bool,
}

impl SweepTenants {
    pub(super) async fn run(&self, table: Table) -> Result<Output, CommandError> {
        let bar = progress_bar();
        let shown = bar.clone();
        let sweep = Sweep::new(table).with_progress(move |report| show(&shown, report));
        let invocation = Invocation::new(Uuid::new_v4(), Deadline::NONE);
        let finished = sweep.run(&self.request(), &invocation).await;
        bar.finish_and_clear();
        let finished = finished?;
        let report = serde_json::to_value(&finished.report).unwrap_or_default();
        Ok(Output {
            json: report.clone(),
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

/// For people, also how late the oldest is that could not be archived.
fn table_of(mut report: Value, lag_days: u32) -> Value {
    if let (Some(members), 1..) = (report.as_object_mut(), lag_days) {
        members.insert("days_late".to_owned(), json!(lag_days));
    }
    report
}

/// On standard error, and only where a person looks at it.
fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template(PROGRESS) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(REDRAW_EVERY);
    bar
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
