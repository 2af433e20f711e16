//! One entry of the index: judges the credit, and archives it if it is due.

use shared::base::error::Error;
use shared::lifecycle::archival::{ExpiringCredit, Verdict};
use shared::model::date::CivilDate;
use shared::model::id::TenantId;
use shared::repository::expiring_credits::{Archival, ExpiringEntry};

use crate::report::Outcome;
use crate::setup::Setup;

/// Processes the entries of one tenant on one day.
pub(crate) struct Archiver<'a> {
    pub(crate) setup: &'a Setup,
    pub(crate) tenant: &'a TenantId,
    pub(crate) today: CivilDate,
    pub(crate) request_id: &'a str,
    pub(crate) is_dry_run: bool,
}

impl Archiver<'_> {
    /// Judges an entry, and archives its credit if it is due and this is not a dry run.
    pub(crate) async fn process(&self, entry: &ExpiringEntry) -> Outcome {
        let Some(credit) = &entry.credit else {
            return self.unreadable(entry);
        };
        match credit.verdict(self.today) {
            Verdict::Valid => Outcome::Already,
            Verdict::InGrace => Outcome::InGrace,
            Verdict::Locked => Outcome::Locked,
            Verdict::Due if self.is_dry_run => Outcome::Archived,
            Verdict::Due => self.archive(credit).await,
        }
    }

    async fn archive(&self, credit: &ExpiringCredit) -> Outcome {
        let credits = self.setup.table.expiring_credits(self.tenant);
        let now = self.setup.clock.now();
        let archived = credits.archive(credit, self.today, self.request_id, now);
        match archived.await {
            Ok(Archival::Archived) => Outcome::Archived,
            Ok(Archival::Already) => Outcome::Already,
            Ok(Archival::Locked) => Outcome::Locked,
            Err(error) => self.failed(credit, &error),
        }
    }

    fn unreadable(&self, entry: &ExpiringEntry) -> Outcome {
        tracing::error!(
            request_id = self.request_id,
            tenant = %self.tenant,
            credit = entry.position.id,
            "a credit's index entry cannot be read"
        );
        Outcome::Failed(entry.position.date.parse().ok())
    }

    fn failed(&self, credit: &ExpiringCredit, error: &Error) -> Outcome {
        tracing::error!(
            request_id = self.request_id,
            tenant = %self.tenant,
            credit = credit.id,
            code = error.code(),
            cause = std::error::Error::source(error).map(ToString::to_string),
            "a credit was not archived"
        );
        Outcome::Failed(Some(credit.last_day()))
    }
}
