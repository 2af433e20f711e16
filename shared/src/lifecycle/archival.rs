//! Decides which credits the expiration sweep archives. Pure.

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use crate::base::clock::Clock;
use crate::model::date::CivilDate;
use crate::model::id::TenantId;
use crate::model::principal::{CredentialKind, Scope, SecurityContext, Source};

/// The sweep's name in `sys_last_modified_by_id`.
pub const PRINCIPAL_ID: &str = "system:expiration-sweep";
/// UTC-12: the last zone on earth in which a day ends.
const LAST_OFFSET: Offset = Offset::constant(-12);
/// UTC+14: the first zone on earth in which a day begins.
const FIRST_OFFSET: Offset = Offset::constant(14);

/// A credit as the expiration index has it. Archived and rejected credits are not in that part of
/// the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpiringCredit {
    /// The credit's id.
    pub id: String,
    /// The last day on which the credit can be used.
    pub expiration_date: CivilDate,
    /// The last day of grace; absent without grace.
    pub grace_ends: Option<CivilDate>,
    /// True if the credit is locked: it refuses every change but an admin's unlocking.
    pub is_locked: bool,
}

/// The decision about a credit on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Leave it: the credit can still be used.
    Valid,
    /// Leave it: the credit has expired and is in grace.
    InGrace,
    /// Leave it: the credit is due and locked.
    Locked,
    /// Archive it.
    Due,
}

impl ExpiringCredit {
    /// Decides what to do with the credit when today is `today`.
    pub fn verdict(&self, today: CivilDate) -> Verdict {
        if self.expiration_date >= today {
            Verdict::Valid
        } else if self.last_day() >= today {
            Verdict::InGrace
        } else if self.is_locked {
            Verdict::Locked
        } else {
            Verdict::Due
        }
    }

    /// Returns the last day before the credit is due: the last day of grace, or without grace the
    /// last valid day.
    pub fn last_day(&self) -> CivilDate {
        self.grace_ends.unwrap_or(self.expiration_date)
    }
}

/// Returns for how many days a credit with the last day `last_day` has waited to be archived: 0 on
/// the first day on which it is due.
pub fn days_late(last_day: CivilDate, today: CivilDate) -> u32 {
    let days = (today.date() - last_day.date()).get_days();
    u32::try_from(days.saturating_sub(1)).unwrap_or_default()
}

/// Returns what a record keeps about the sweep as the author of a write.
pub fn author(tenant: &TenantId, request_id: &str) -> SecurityContext {
    SecurityContext {
        principal_id: PRINCIPAL_ID.to_owned(),
        tenant_id: tenant.clone(),
        scopes: vec![Scope::Write],
        request_id: request_id.to_owned(),
        source: Source::Sweep,
        proof: Some(CredentialKind::System),
    }
}

/// The dates on earth at one moment. Each tenant's today is one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Todays {
    /// The date where the day ends last.
    pub earliest: Date,
    /// The date where the day begins first.
    pub latest: Date,
}

impl Todays {
    /// Returns the dates at this moment.
    pub fn of(clock: &Clock) -> Self {
        Self {
            earliest: clock.today(&TimeZone::fixed(LAST_OFFSET)),
            latest: clock.today(&TimeZone::fixed(FIRST_OFFSET)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    fn credit(grace_ends: Option<&str>, is_locked: bool) -> ExpiringCredit {
        ExpiringCredit {
            id: "a".to_owned(),
            expiration_date: date("2024-02-29"),
            grace_ends: grace_ends.map(date),
            is_locked,
        }
    }

    #[test]
    fn a_credit_is_due_on_the_day_after_its_last_valid_day() {
        let credit = credit(None, false);
        assert_eq!(credit.verdict(date("2024-02-29")), Verdict::Valid);
        assert_eq!(credit.verdict(date("2024-03-01")), Verdict::Due);
    }

    #[test]
    fn grace_puts_archiving_off_until_the_day_after_the_last_day_of_grace() {
        let credit = credit(Some("2024-03-02"), false);
        assert_eq!(credit.verdict(date("2024-02-29")), Verdict::Valid);
        assert_eq!(credit.verdict(date("2024-03-02")), Verdict::InGrace);
        assert_eq!(credit.verdict(date("2024-03-03")), Verdict::Due);
    }

    #[test]
    fn a_lock_counts_only_when_the_credit_is_due() {
        let credit = credit(Some("2024-03-02"), true);
        assert_eq!(credit.verdict(date("2024-03-02")), Verdict::InGrace);
        assert_eq!(credit.verdict(date("2024-03-03")), Verdict::Locked);
    }

    #[test]
    fn a_credit_archived_on_its_first_due_day_is_not_late() {
        let last_day = date("2024-12-31");
        assert_eq!(days_late(last_day, date("2024-12-31")), 0);
        assert_eq!(days_late(last_day, date("2025-01-01")), 0);
        assert_eq!(days_late(last_day, date("2025-01-03")), 2);
        assert_eq!(days_late(date("0001-01-01"), date("9999-12-31")), 3_652_057);
    }

    #[test]
    fn every_zones_date_lies_between_the_earliest_and_the_latest() {
        let clock = Clock::from_fn(|| "2026-03-14T11:30:00Z".parse().unwrap());
        let todays = Todays::of(&clock);
        for name in [
            "Pacific/Kiritimati",
            "America/Los_Angeles",
            "UTC",
            "Etc/GMT+12",
        ] {
            let today = clock.today(&TimeZone::get(name).unwrap());
            assert!((todays.earliest..=todays.latest).contains(&today), "{name}");
        }
        assert_eq!(todays.earliest.to_string(), "2026-03-13");
        assert_eq!(todays.latest.to_string(), "2026-03-15");
    }
}
