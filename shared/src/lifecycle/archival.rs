//! What the expiration sweep decides of a credit: pure.

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use crate::base::clock::Clock;
use crate::model::date::CivilDate;

/// Who archives, in `sys_last_modified_by_id`.
pub const PRINCIPAL_ID: &str = "system:expiration-sweep";
/// The last place on earth where a day ends (UTC-12) ...
const LAST_OFFSET: Offset = Offset::constant(-12);
/// ... and the first where one begins (UTC+14).
const FIRST_OFFSET: Offset = Offset::constant(14);

/// What the expiration index tells of a credit that nobody has archived or rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpiringCredit {
    /// Its id.
    pub id: String,
    /// The last day on which it can be used.
    pub expiration_date: CivilDate,
    /// The last day of grace; absent without grace.
    pub grace_ends: Option<CivilDate>,
    /// Whether it refuses every change.
    pub is_locked: bool,
}

/// What the sweep has to do with a credit on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing yet: it can still be used.
    Valid,
    /// Nothing yet: it has run out, and has grace.
    InGrace,
    /// Nothing: it is due, and locked.
    Locked,
    /// Archive it.
    Due,
}

impl ExpiringCredit {
    /// What to do with it when today is `today`.
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

    /// The last day before it is due: that of its grace, or else its last valid day.
    pub fn last_day(&self) -> CivilDate {
        self.grace_ends.unwrap_or(self.expiration_date)
    }
}

/// For how many days something has been left undone whose last day was `last_day`; none on the
/// first day that it is due.
pub fn days_late(last_day: CivilDate, today: CivilDate) -> u32 {
    let days = (today.date() - last_day.date()).get_days();
    u32::try_from(days.saturating_sub(1)).unwrap_or_default()
}

/// The dates that it is somewhere on earth at one moment: no tenant's today lies outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Todays {
    /// Where the day ends last.
    pub earliest: Date,
    /// Where the day begins first.
    pub latest: Date,
}

impl Todays {
    /// Those of this moment.
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
    fn grace_puts_it_off_until_the_day_after_its_last_day() {
        let credit = credit(Some("2024-03-02"), false);
        assert_eq!(credit.verdict(date("2024-02-29")), Verdict::Valid);
        assert_eq!(credit.verdict(date("2024-03-02")), Verdict::InGrace);
        assert_eq!(credit.verdict(date("2024-03-03")), Verdict::Due);
    }

    #[test]
    fn a_lock_shows_only_when_it_is_in_the_way() {
        let credit = credit(Some("2024-03-02"), true);
        assert_eq!(credit.verdict(date("2024-03-02")), Verdict::InGrace);
        assert_eq!(credit.verdict(date("2024-03-03")), Verdict::Locked);
    }

    #[test]
    fn what_is_done_on_its_first_due_day_is_not_late() {
        let last_day = date("2024-12-31");
        assert_eq!(days_late(last_day, date("2024-12-31")), 0);
        assert_eq!(days_late(last_day, date("2025-01-01")), 0);
        assert_eq!(days_late(last_day, date("2025-01-03")), 2);
        assert_eq!(days_late(date("0001-01-01"), date("9999-12-31")), 3_652_057);
    }

    #[test]
    fn no_zone_has_a_date_before_the_earliest_or_after_the_latest() {
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
