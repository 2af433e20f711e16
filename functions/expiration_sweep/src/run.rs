//! One run: tenant after tenant, page after page, until nothing is left or it is time to stop.

use std::ops::Bound;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use shared::base::error::Error;
use shared::model::date::CivilDate;
use shared::model::id::TenantId;
use shared::repository::expiring_credits::{ExpiringEntry, ExpiringPage, ExpiringPosition};
use shared::runtime::deadline::Deadline;
use shared::runtime::invocation::Invocation;

use crate::archiver::Archiver;
use crate::continuation::Continuation;
use crate::event::SweepRequest;
use crate::plan::{PlannedTenant, Tenants};
use crate::report::{Finished, Outcome};
use crate::setup::Setup;
use crate::today::{has_come_everywhere, is_unknown_zone, latest_today, today_of};

/// The time before the invocation's deadline in which a run begins nothing new: a query and a write
/// that both use all their attempts (3 s each), and 1.5 s for the rest. The deadline itself is
/// 0.5 s before the time-out.
pub const STOP_MARGIN: Duration = Duration::from_millis(7500);
/// The number of entries in a page: about 80 KB, so that rounding up to 4 KB hardly counts.
const PAGE: u16 = 500;

/// A run under way.
pub(crate) struct Run<'a> {
    setup: &'a Setup,
    request: &'a SweepRequest,
    request_id: String,
    /// The moment from which nothing new is begun.
    stop: Deadline,
    finished: Finished,
}

/// The progress of a run with one tenant.
struct Walk<'a> {
    tenant: &'a PlannedTenant,
    /// The day to sweep for, once it is known.
    today: Option<CivilDate>,
    /// The last entry that was processed.
    after: Option<ExpiringPosition>,
}

impl<'a> Run<'a> {
    /// Begins a run for the current invocation.
    pub(crate) fn new(setup: &'a Setup, request: &'a SweepRequest) -> Self {
        let invocation = Invocation::current().unwrap_or_default();
        Self {
            setup,
            request,
            stop: invocation.deadline.minus(STOP_MARGIN),
            request_id: invocation.request_id,
            finished: Finished::new(request.as_of),
        }
    }

    /// Sweeps the tenants of the request, from `start` on if there is one.
    ///
    /// # Errors
    /// Those of the store when it cannot tell what is due.
    pub(crate) async fn from(mut self, start: Option<Continuation>) -> Result<Finished, Error> {
        let first = start.as_ref().map(|start| start.tenant.clone());
        let from = first.map_or(Bound::Unbounded, Bound::Included);
        let mut tenants = Tenants::new(&self.setup.table, self.request.tenants.as_deref(), from);
        let mut start = start;
        while let Some(tenant) = tenants.next().await? {
            let resumed = start.take().filter(|start| start.tenant == tenant.id);
            let after = resumed.and_then(|start| start.after);
            if let Some(stop) = self.tenant(&tenant, after).await? {
                return Ok(self.finished.stopped(stop.seal()));
            }
        }
        Ok(self.finished.completed())
    }

    /// Sweeps a tenant. Returns where it stopped, if it had to stop.
    ///
    /// A tenant whose time zone is unknown fails: its credits are not archived by another tenant's
    /// today, and the report counts the tenant.
    async fn tenant(
        &mut self,
        tenant: &PlannedTenant,
        after: Option<ExpiringPosition>,
    ) -> Result<Option<Continuation>, Error> {
        match self.pages(tenant, after).await {
            Err(error) if is_unknown_zone(&error) => {
                self.fail(&tenant.id, &error);
                Ok(None)
            }
            stopped => stopped,
        }
    }

    fn fail(&mut self, tenant: &TenantId, error: &Error) {
        tracing::error!(
            request_id = self.request_id,
            tenant = %tenant,
            code = error.code(),
            detail = %error,
            "a tenant was not swept"
        );
        self.finished.report.count(Outcome::Failed(None));
    }

    async fn pages(
        &mut self,
        tenant: &PlannedTenant,
        after: Option<ExpiringPosition>,
    ) -> Result<Option<Continuation>, Error> {
        // The run that stopped inside of this tenant has counted it.
        let is_counted = after.is_some();
        let mut walk = Walk {
            tenant,
            today: None,
            after,
        };
        if self.must_stop() {
            return Ok(Some(walk.continuation()));
        }
        self.finished.report.tenants += u64::from(!is_counted);
        walk.today = self.known_today(tenant).await?;
        while self.page(&mut walk).await? {
            if self.must_stop() {
                self.note_rest(&walk);
                return Ok(Some(walk.continuation()));
            }
        }
        Ok(None)
    }

    /// Returns the day asked for, or the tenant's today if that costs no read. A day that has not
    /// begun everywhere on earth was compared with the tenant's today, so that must be known.
    async fn known_today(&self, tenant: &PlannedTenant) -> Result<Option<CivilDate>, Error> {
        match (self.request.as_of, &tenant.settings) {
            (Some(day), _) if has_come_everywhere(self.setup, day) => Ok(Some(day)),
            (Some(day), _) => today_of(self.setup, tenant).await.map(|_| Some(day)),
            (None, Some(_)) => today_of(self.setup, tenant).await.map(Some),
            (None, None) => Ok(None),
        }
    }

    /// Sweeps the next page. Returns whether expired credits may be left.
    async fn page(&mut self, walk: &mut Walk<'_>) -> Result<bool, Error> {
        let page = self.read_page(walk).await?;
        let Some(last) = page.entries.last() else {
            return Ok(false);
        };
        let today = match walk.today {
            Some(today) => today,
            None => today_of(self.setup, walk.tenant).await?,
        };
        walk.today = Some(today);
        let expired = expired(&page.entries, today);
        let begun = self.process(&walk.tenant.id, today, expired).await;
        if let Some(entry) = begun.last() {
            walk.after = Some(entry.position.clone());
        }
        let is_cut_off = begun.len() < expired.len();
        Ok(is_cut_off || (page.has_more && has_expired(last, today)))
    }

    /// Reads what expires before today. While today is not known, reads what expires before the
    /// latest date on earth: a tenant without such credits costs no read of its settings.
    async fn read_page(&self, walk: &Walk<'_>) -> Result<ExpiringPage, Error> {
        let before = match walk.today {
            Some(today) => today,
            None => latest_today(self.setup)?,
        };
        // A run for a later day may have stopped there. Nothing of this run comes after it, and
        // DynamoDB refuses a start outside of the range.
        let after = walk.after.as_ref();
        if after.is_some_and(|position| position.date >= before.to_string()) {
            return Ok(ExpiringPage::default());
        }
        let left = self.left().and_then(|left| u16::try_from(left).ok());
        let size = left.unwrap_or(PAGE).min(PAGE);
        let credits = self.setup.table.expiring_credits(&walk.tenant.id);
        credits.page(before, after, size).await
    }

    /// Processes entries until it is time to stop. Returns those that were begun: all of them are
    /// done.
    async fn process<'e>(
        &mut self,
        tenant: &TenantId,
        today: CivilDate,
        expired: &'e [ExpiringEntry],
    ) -> &'e [ExpiringEntry] {
        let archiver = Archiver {
            setup: self.setup,
            tenant,
            today,
            request_id: &self.request_id,
            is_dry_run: self.request.is_dry_run(),
        };
        let mut waiting = expired.iter();
        let mut running = FuturesUnordered::new();
        loop {
            while running.len() < self.setup.concurrency && !self.stop.is_past() {
                let Some(entry) = waiting.next() else { break };
                running.push(archiver.process(entry));
            }
            let Some(outcome) = running.next().await else {
                let begun = expired.len() - waiting.len();
                return expired.get(..begun).unwrap_or_default();
            };
            self.finished.count(outcome, today);
            (self.setup.progress)(&self.finished.report);
        }
    }

    fn must_stop(&self) -> bool {
        self.stop.is_past() || self.left() == Some(0)
    }

    /// Returns how many more credits may be looked at; `None` without a limit.
    fn left(&self) -> Option<u64> {
        let examined = self.finished.report.examined;
        let limit = self.request.limit?;
        Some(limit.saturating_sub(examined))
    }

    /// Counts how late the rest is: the oldest of it is no older than the last entry processed.
    fn note_rest(&mut self, walk: &Walk<'_>) {
        let after = walk.after.as_ref();
        let stopped = after.and_then(|position| position.date.parse().ok());
        if let (Some(day), Some(today)) = (stopped, walk.today) {
            self.finished.note_late(day, today);
        }
    }
}

impl Walk<'_> {
    fn continuation(self) -> Continuation {
        Continuation {
            tenant: self.tenant.id.clone(),
            after: self.after,
        }
    }
}

// The index is sorted by these texts.
fn has_expired(entry: &ExpiringEntry, today: CivilDate) -> bool {
    entry.position.date < today.to_string()
}

fn expired(entries: &[ExpiringEntry], today: CivilDate) -> &[ExpiringEntry] {
    let expired = entries.iter().take_while(|entry| has_expired(entry, today));
    entries.get(..expired.count()).unwrap_or_default()
}
