//! One tenant's part of a run: pages of its index, each entry judged and acted on.

use futures_util::stream::{FuturesUnordered, StreamExt};
use shared::base::error::Error;
use shared::lifecycle::archival::{ExpiringCredit, PRINCIPAL_ID, Todays, Verdict, days_late};
use shared::model::date::CivilDate;
use shared::model::id::TenantId;
use shared::model::principal::{CredentialKind, Scope, SecurityContext, Source};
use shared::repository::expiring_credits::{Archival, ExpiringPage, Found, SweepPosition};
use shared::runtime::deadline::Deadline;
use shared::runtime::invocation::Invocation;

use crate::continuation::Continuation;
use crate::event::SweepRequest;
use crate::plan::PlannedTenant;
use crate::report::{Finished, Outcome, Report};
use crate::run::{DEADLINE_MARGIN, Sweep, is_unknown_zone};

/// How many entries a page has: some 80 KB, so that rounding up to 4 KB does not show.
const PAGE: u16 = 500;

/// A run under way.
pub(crate) struct Run<'a> {
    sweep: &'a Sweep,
    request: &'a SweepRequest,
    request_id: &'a str,
    /// When to begin nothing new.
    stop: Deadline,
    finished: Finished,
}

impl<'a> Run<'a> {
    pub(crate) fn new(
        sweep: &'a Sweep,
        request: &'a SweepRequest,
        invocation: &'a Invocation,
    ) -> Self {
        let report = Report {
            as_of: request.as_of,
            ..Report::default()
        };
        Self {
            sweep,
            request,
            request_id: &invocation.request_id,
            stop: invocation.deadline.earlier(DEADLINE_MARGIN),
            finished: Finished {
                report,
                lag_days: 0,
            },
        }
    }

    /// Works through a tenant's index, and tells where it had to stop if it had to. A tenant whose
    /// time zone is not known fails: its credits are neither archived by another's today nor passed
    /// over in silence.
    pub(crate) async fn tenant(
        &mut self,
        tenant: &PlannedTenant,
        after: Option<SweepPosition>,
    ) -> Result<Option<Continuation>, Error> {
        match self.work_through(tenant, after).await {
            Err(error) if is_unknown_zone(&error) => {
                self.fail(&tenant.id, &error);
                Ok(None)
            }
            worked => worked,
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

    async fn work_through(
        &mut self,
        tenant: &PlannedTenant,
        mut after: Option<SweepPosition>,
    ) -> Result<Option<Continuation>, Error> {
        let mut today = None;
        let mut is_counted = after.is_some();
        while self.may_go_on() {
            // Where it goes on with a tenant, an earlier run has counted it.
            self.finished.report.tenants += u64::from(!is_counted);
            is_counted = true;
            if today.is_none() {
                today = self.known_today(tenant).await?;
            }
            let page = self.page(&tenant.id, today, after.as_ref()).await?;
            let Some(last) = page.found.last() else {
                return Ok(None);
            };
            let day = match today {
                Some(day) => day,
                None => civil(self.sweep.today(tenant).await?)?,
            };
            today = Some(day);
            let is_last = !page.has_more || !has_expired(last, day);
            let expired = expired(&page.found, day);
            let begun = self.act(&tenant.id, day, expired).await;
            let position = expired.get(..begun).and_then(<[_]>::last);
            after = position.map(|found| found.position.clone()).or(after);
            if begun == expired.len() && is_last {
                return Ok(None);
            }
        }
        self.note_rest(after.as_ref(), today);
        let tenant = tenant.id.clone();
        Ok(Some(Continuation { tenant, after }))
    }

    /// The day asked for, or the tenant's own if that costs nothing. A day that has not come
    /// everywhere on earth was compared with the tenant's own, which must be known for that.
    async fn known_today(&self, tenant: &PlannedTenant) -> Result<Option<CivilDate>, Error> {
        match (self.request.as_of, &tenant.settings) {
            (Some(day), _) if day.date() <= Todays::of(&self.sweep.clock).earliest => Ok(Some(day)),
            (Some(day), _) => self.sweep.today(tenant).await.map(|_| Some(day)),
            (None, Some(_)) => civil(self.sweep.today(tenant).await?).map(Some),
            (None, None) => Ok(None),
        }
    }

    // Until today is known, what expires before the latest today on earth: a tenant for which that
    // is nothing costs no look at its settings.
    async fn page(
        &self,
        tenant: &TenantId,
        today: Option<CivilDate>,
        after: Option<&SweepPosition>,
    ) -> Result<ExpiringPage, Error> {
        let before = match today {
            Some(day) => day,
            None => civil(Todays::of(&self.sweep.clock).latest)?,
        };
        // From a run for a later day: nothing that is looked for comes after it, and DynamoDB refuses
        // to begin outside of what is asked for.
        if after.is_some_and(|position| position.date >= before.to_string()) {
            return Ok(ExpiringPage::default());
        }
        let left = self.left().and_then(|left| u16::try_from(left).ok());
        let size = left.unwrap_or(PAGE).min(PAGE);
        let door = self.sweep.table.sweep();
        door.expiring(tenant, before, after, size).await
    }

    fn may_go_on(&self) -> bool {
        !self.stop.has_come() && self.left() != Some(0)
    }

    /// How many more credits may be looked at, if that is limited.
    fn left(&self) -> Option<u64> {
        let examined = self.finished.report.examined;
        let limit = self.request.limit?;
        Some(limit.saturating_sub(examined))
    }

    /// Acts on entries until the deadline, and tells with how many it began: all of these are done.
    async fn act(&mut self, tenant: &TenantId, today: CivilDate, expired: &[Found]) -> usize {
        let action = Action {
            sweep: self.sweep,
            author: author(tenant, self.request_id),
            today,
            writes: !self.request.is_dry_run(),
        };
        let mut waiting = expired.iter();
        let mut under_way = FuturesUnordered::new();
        loop {
            while under_way.len() < self.sweep.concurrency && !self.stop.has_come() {
                let Some(found) = waiting.next() else { break };
                under_way.push(action.take(found));
            }
            let Some(outcome) = under_way.next().await else {
                return expired.len() - waiting.len();
            };
            self.finished.count(outcome, today);
            (self.sweep.progress)(&self.finished.report);
        }
    }

    /// What was not begun is no older than where it stopped.
    fn note_rest(&mut self, after: Option<&SweepPosition>, today: Option<CivilDate>) {
        let stopped = after.and_then(|position| position.date.parse().ok());
        if let (Some(day), Some(today)) = (stopped, today) {
            self.finished.is_late(day, today);
        }
    }

    pub(crate) fn stopped(mut self, at: &Continuation) -> Finished {
        self.finished.report.continuation = Some(at.seal());
        self.finished
    }

    pub(crate) fn completed(mut self) -> Finished {
        self.finished.report.complete = true;
        self.finished
    }
}

/// What is done with each entry.
struct Action<'a> {
    sweep: &'a Sweep,
    author: SecurityContext,
    today: CivilDate,
    writes: bool,
}

impl Action<'_> {
    async fn take(&self, found: &Found) -> Outcome {
        let Some(credit) = &found.credit else {
            tracing::error!(
                request_id = self.author.request_id,
                tenant = %self.author.tenant_id,
                credit = found.position.id,
                "a credit's index entry cannot be read"
            );
            return Outcome::Failed(found.position.date.parse().ok());
        };
        match credit.verdict(self.today) {
            Verdict::Valid => Outcome::Already,
            Verdict::InGrace => Outcome::InGrace,
            Verdict::Locked => Outcome::Locked,
            Verdict::Due if self.writes => self.archive(credit).await,
            Verdict::Due => Outcome::Archived,
        }
    }

    async fn archive(&self, credit: &ExpiringCredit) -> Outcome {
        let door = self.sweep.table.sweep();
        let now = self.sweep.clock.now();
        match door.archive(credit, self.today, &self.author, now).await {
            Ok(Archival::Archived) => Outcome::Archived,
            Ok(Archival::Already) => Outcome::Already,
            Ok(Archival::Locked) => Outcome::Locked,
            Err(error) => {
                tracing::error!(
                    request_id = self.author.request_id,
                    tenant = %self.author.tenant_id,
                    credit = credit.id,
                    code = error.code(),
                    cause = std::error::Error::source(&error).map(ToString::to_string),
                    "a credit was not archived"
                );
                Outcome::Failed(Some(credit.last_day()))
            }
        }
    }
}

impl Finished {
    fn count(&mut self, outcome: Outcome, today: CivilDate) {
        self.report.count(outcome);
        if let Outcome::Failed(Some(last_day)) = outcome {
            self.is_late(last_day, today);
        }
    }

    fn is_late(&mut self, last_day: CivilDate, today: CivilDate) {
        self.lag_days = self.lag_days.max(days_late(last_day, today));
    }
}

fn author(tenant: &TenantId, request_id: &str) -> SecurityContext {
    SecurityContext {
        principal_id: PRINCIPAL_ID.to_owned(),
        tenant_id: tenant.clone(),
        scopes: vec![Scope::Write],
        request_id: request_id.to_owned(),
        source: Source::Sweep,
        proof: Some(CredentialKind::System),
    }
}

// The index is in the order of these texts.
fn has_expired(found: &Found, today: CivilDate) -> bool {
    found.position.date < today.to_string()
}

fn expired(found: &[Found], today: CivilDate) -> &[Found] {
    let expired = found.iter().take_while(|found| has_expired(found, today));
    found.get(..expired.count()).unwrap_or_default()
}

fn civil(date: jiff::civil::Date) -> Result<CivilDate, Error> {
    CivilDate::try_from(date).map_err(Error::internal)
}
