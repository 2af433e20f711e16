//! Civil dates that stay within 0001-01-01 … 9999-12-31.

use jiff::Span;
use jiff::civil::{Date, date};

use crate::model::rule_set::TermType;

/// The first date that the API knows.
pub(super) const FIRST: Date = date(1, 1, 1);
/// The last date that the API knows. Computed dates stop here (`docs/expiration.md#dates`).
pub(super) const LAST: Date = Date::MAX;

/// A term: its first day and its last valid day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) start: Date,
    pub(super) expiration: Date,
}

/// Returns `start` plus `length` units in one step, at most the end of the month; `None` after
/// [`LAST`].
pub(super) fn later(start: Date, length: u32, unit: TermType) -> Option<Date> {
    let span = Span::new();
    let length = i64::from(length);
    let span = match unit {
        TermType::Days => span.try_days(length),
        TermType::Weeks => span.try_weeks(length),
        TermType::Months => span.try_months(length),
        TermType::Quarters => span.try_months(length.saturating_mul(3)),
        TermType::Years => span.try_years(length),
    };
    start.checked_add(span.ok()?).ok()
}

/// Returns the day before `end`, where `None` is a day after [`LAST`].
pub(super) fn last_day_before(end: Option<Date>) -> Date {
    match end {
        Some(end) => end.yesterday().unwrap_or(FIRST),
        None => LAST,
    }
}

/// Returns `date` plus `days`, at most [`LAST`].
pub(super) fn days_after(date: Date, days: u32) -> Date {
    later(date, days, TermType::Days).unwrap_or(LAST)
}
