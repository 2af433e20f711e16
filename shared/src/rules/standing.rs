//! What an expiration date means on a day (`docs/expiration.md#61-the-four-standings`).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::dates::days_after;
use crate::model::rule_set::ExpirationOptions;

/// What follows the last valid day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Periods {
    /// Days of grace after the last valid day.
    pub grace_days: u32,
    /// What follows the grace days.
    pub reinstatement: Reinstatement,
}

/// Whether somebody may be reinstated after the grace days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reinstatement {
    /// No.
    NotAllowed,
    /// For this many days.
    Days(u32),
    /// For ever.
    OpenEnded,
}

/// Where somebody stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Not expired yet, or never to expire.
    Active,
    /// Expired, within the grace days.
    Grace,
    /// After the grace days, but may be reinstated.
    Reinstatable,
    /// Over.
    Expired,
}

impl Periods {
    /// No grace, no reinstatement: what holds where no rule set decided.
    pub const NONE: Self = Self {
        grace_days: 0,
        reinstatement: Reinstatement::NotAllowed,
    };

    /// Returns the last day of grace; without grace, that is the last valid day itself.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use shared::rules::{Periods, Reinstatement};
    ///
    /// let last_day = date(2024, 12, 31);
    /// assert_eq!(Periods::NONE.grace_ends(last_day), last_day);
    ///
    /// let periods = Periods { grace_days: 30, reinstatement: Reinstatement::NotAllowed };
    /// assert_eq!(periods.grace_ends(last_day), date(2025, 1, 30));
    /// ```
    pub fn grace_ends(&self, expiration_date: Date) -> Date {
        days_after(expiration_date, self.grace_days)
    }

    /// Returns the last day of reinstatement; `None` when there is none, or no end.
    ///
    /// The days of reinstatement are counted from the end of grace:
    ///
    /// ```
    /// use jiff::civil::date;
    /// use shared::rules::{Periods, Reinstatement};
    ///
    /// let periods = Periods { grace_days: 30, reinstatement: Reinstatement::Days(90) };
    /// assert_eq!(periods.reinstatement_ends(date(2024, 12, 31)), Some(date(2025, 4, 30)));
    /// ```
    pub fn reinstatement_ends(&self, expiration_date: Date) -> Option<Date> {
        match self.reinstatement {
            Reinstatement::Days(days) => Some(days_after(self.grace_ends(expiration_date), days)),
            Reinstatement::NotAllowed | Reinstatement::OpenEnded => None,
        }
    }

    /// Returns where somebody stands on the day `as_of` whose last valid day is `expiration_date`.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use shared::rules::{Periods, Reinstatement, Standing};
    ///
    /// let periods = Periods { grace_days: 30, reinstatement: Reinstatement::Days(90) };
    /// let on = |day| periods.standing(Some(date(2024, 12, 31)), day);
    ///
    /// assert_eq!(on(date(2024, 12, 31)), Standing::Active);
    /// assert_eq!(on(date(2025, 1, 1)), Standing::Grace);
    /// assert_eq!(on(date(2025, 1, 31)), Standing::Reinstatable);
    /// assert_eq!(on(date(2025, 5, 1)), Standing::Expired);
    /// ```
    pub fn standing(&self, expiration_date: Option<Date>, as_of: Date) -> Standing {
        match expiration_date {
            Some(last_day) if as_of > last_day => self.standing_after(last_day, as_of),
            Some(_) | None => Standing::Active,
        }
    }

    fn standing_after(&self, last_day: Date, as_of: Date) -> Standing {
        let is_over = match self.reinstatement {
            Reinstatement::NotAllowed => true,
            Reinstatement::Days(_) => self
                .reinstatement_ends(last_day)
                .is_some_and(|end| as_of > end),
            Reinstatement::OpenEnded => false,
        };
        if as_of <= self.grace_ends(last_day) {
            Standing::Grace
        } else if is_over {
            Standing::Expired
        } else {
            Standing::Reinstatable
        }
    }
}

impl Reinstatement {
    /// Reads what a rule set says: whether reinstatement is allowed, and for how many days (without
    /// end if absent).
    ///
    /// ```
    /// use shared::rules::Reinstatement;
    ///
    /// assert_eq!(Reinstatement::new(true, Some(90)), Reinstatement::Days(90));
    /// assert_eq!(Reinstatement::new(true, None), Reinstatement::OpenEnded);
    /// assert_eq!(Reinstatement::new(false, Some(90)), Reinstatement::NotAllowed);
    /// ```
    pub fn new(is_allowed: bool, days: Option<u32>) -> Self {
        match (is_allowed, days) {
            (false, _) => Self::NotAllowed,
            (true, Some(days)) => Self::Days(days),
            (true, None) => Self::OpenEnded,
        }
    }
}

impl From<&ExpirationOptions> for Periods {
    fn from(options: &ExpirationOptions) -> Self {
        let (is_allowed, days) = (options.allows_reinstatement(), options.reinstatement_days());
        Self {
            grace_days: options.grace_days(),
            reinstatement: Reinstatement::new(is_allowed, days),
        }
    }
}
