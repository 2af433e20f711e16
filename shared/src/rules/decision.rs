//! The decision of a rule set.

use jiff::civil::Date;

use super::dates::Period;
use super::standing::{Periods, Standing};
use super::{anniversary, calendar};
use crate::model::rule_set::{ExpirationOptions, Term};

/// The start and the expiration of a term, the periods after it, and the rule that decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The name of the rule that matched; `None` when the default options decided.
    pub matched_rule: Option<String>,
    /// The first day of the term.
    pub term_start: Date,
    /// The last valid day; never before `term_start`.
    pub expiration_date: Date,
    /// The periods after the last valid day.
    pub periods: Periods,
}

impl Decision {
    /// Computes the decision of `options` for a credit earned on `date`.
    pub(super) fn of(
        options: &ExpirationOptions,
        matched_rule: Option<&str>,
        date: Date,
        joined: Option<Date>,
    ) -> Self {
        let Period { start, expiration } = match options.term() {
            Term::Calendar { options, .. } => calendar::term(date, options),
            Term::Anniversary { options, .. } => anniversary::term(date, joined, options),
        };
        Self {
            matched_rule: matched_rule.map(str::to_owned),
            term_start: start,
            expiration_date: expiration,
            periods: options.into(),
        }
    }

    /// Returns the last day of grace.
    pub fn grace_period_ends(&self) -> Date {
        self.periods.grace_ends(self.expiration_date)
    }

    /// Returns the last day of reinstatement; `None` when there is no reinstatement, or no end of
    /// it.
    pub fn reinstatement_ends(&self) -> Option<Date> {
        self.periods.reinstatement_ends(self.expiration_date)
    }

    /// Returns the standing of somebody with this decision on the day `as_of`.
    pub fn standing(&self, as_of: Date) -> Standing {
        self.periods.standing(Some(self.expiration_date), as_of)
    }
}
