//! One run: tenant after tenant, until nothing is left or it is time to stop.

use std::fmt;
use std::ops::Bound;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use shared::base::clock::Clock;
use shared::base::error::{ConflictCode, Error, Violation};
use shared::lifecycle::archival::Todays;
use shared::model::id::TenantId;
use shared::repository::Table;
use shared::runtime::invocation::Invocation;
use shared::runtime::telemetry::ColdStart;

use crate::continuation::Continuation;
use crate::event::{SweepRequest, refused};
use crate::plan::{PlannedTenant, Tenants};
use crate::report::{Finished, Report};
use crate::tenant::Run;

/// How many credits are being archived at a time. At 5 ms for a write that is 3,900 a second,
/// more than one partition takes (1,000 units, 200 credits), so that DynamoDB sets the pace.
pub const CONCURRENCY: usize = 32;
/// How long before an answer must be ready nothing new is begun: a query and a write that both use
/// all their attempts (3 s each), and 1.5 s for what comes after them.
pub const STOP_MARGIN: Duration = Duration::from_millis(7500);

/// Hears of the counts after each credit.
type Progress = Arc<dyn Fn(&Report) + Send + Sync>;

/// What a run needs: built once per cold start.
#[derive(Clone)]
pub struct Sweep {
    pub(crate) table: Table,
    pub(crate) clock: Clock,
    pub(crate) concurrency: usize,
    pub(crate) progress: Progress,
    pub(crate) start: ColdStart,
}

impl Sweep {
    /// A sweep of `table`, by the machine's clock.
    pub fn new(table: Table) -> Self {
        Self {
            table,
            clock: Clock::system(),
            concurrency: CONCURRENCY,
            progress: Arc::new(|_| {}),
            start: ColdStart::default(),
        }
    }

    /// The same, in another time.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// The same, with so many credits at a time, and at least one.
    #[must_use]
    pub fn with_concurrency(self, concurrency: usize) -> Self {
        Self {
            concurrency: concurrency.max(1),
            ..self
        }
    }

    /// The same, telling how far it is after each credit.
    #[must_use]
    pub fn with_progress(self, progress: impl Fn(&Report) + Send + Sync + 'static) -> Self {
        Self {
            progress: Arc::new(progress),
            ..self
        }
    }

    /// Archives what is due, the oldest of each tenant first. The invocation's id is kept with each
    /// credit.
    ///
    /// # Errors
    /// `invalid-request` for an `as_of` in the future and a continuation that is none, before
    /// anything is written; those of the store, when it cannot be asked what is due. A credit that
    /// cannot be archived, and a tenant whose time zone is not known, are counted, and no error.
    pub async fn run(
        &self,
        request: &SweepRequest,
        invocation: &Invocation,
    ) -> Result<Finished, Error> {
        let start = request.continuation.as_deref().map(Continuation::open);
        let start = start.transpose()?;
        self.check_as_of(request).await?;
        let mut run = Run::new(self, request, invocation);
        let from = start.as_ref().map(|start| start.tenant.clone());
        let from = from.map_or(Bound::Unbounded, Bound::Included);
        let mut tenants = Tenants::new(&self.table, request.tenants.as_deref(), from);
        let mut start = start;
        while let Some(tenant) = tenants.next().await? {
            let resumed = start.take().filter(|start| start.tenant == tenant.id);
            let after = resumed.and_then(|start| start.after);
            if let Some(stop) = run.tenant(&tenant, after).await? {
                return Ok(run.stopped(&stop));
            }
        }
        Ok(run.completed())
    }

    /// Refuses an `as_of` that is in the future of a tenant it is for. The zones have to be read
    /// only when it is that day somewhere and not everywhere.
    pub(crate) async fn check_as_of(&self, request: &SweepRequest) -> Result<(), Error> {
        let Some(as_of) = request.as_of.map(|day| day.date()) else {
            return Ok(());
        };
        let todays = Todays::of(&self.clock);
        if as_of > todays.latest {
            return Err(in_the_future());
        }
        if as_of <= todays.earliest {
            return Ok(());
        }
        let named = request.tenants.as_deref();
        let mut tenants = Tenants::new(&self.table, named, Bound::Unbounded);
        while let Some(tenant) = tenants.next().await? {
            match self.today(&tenant).await {
                Ok(today) if as_of > today => return Err(in_the_future()),
                // The run says so, and is not in the way of other tenants.
                Err(error) if is_unknown_zone(&error) => {}
                today => drop(today?),
            }
        }
        Ok(())
    }

    /// Today in the tenant's zone; one unit if its settings are not known yet.
    ///
    /// # Errors
    /// `unknown-time-zone`, and those of the store.
    pub(crate) async fn today(&self, tenant: &PlannedTenant) -> Result<Date, Error> {
        let zone = match &tenant.settings {
            Some(settings) => settings.zone()?,
            None => self.zone(&tenant.id).await?,
        };
        Ok(self.clock.today(&zone))
    }

    async fn zone(&self, tenant: &TenantId) -> Result<jiff::tz::TimeZone, Error> {
        self.table.tenant_settings(tenant).await?.zone()
    }
}

impl fmt::Debug for Sweep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sweep")
            .field("table", &self.table)
            .field("clock", &self.clock)
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}

/// Whether it is one tenant's failure: nobody can tell what day it is there.
pub(crate) fn is_unknown_zone(error: &Error) -> bool {
    let code = ConflictCode::UnknownTimeZone;
    matches!(error, Error::Conflict { code: own, .. } if *own == code)
}

fn in_the_future() -> Error {
    let message = "is in the future; leave it out for each tenant's own today";
    refused(Violation::new("/as_of", message))
}
