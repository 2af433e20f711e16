//! Terms that are calendar years (`docs/expiration.md#2-calendar-years`).

use jiff::civil::Date;

use super::dates::{FIRST, LAST, Period, last_day_before, later};
use crate::model::rule_set::{CalendarOptions, MonthDay, TermType};

/// Returns the term of somebody who buys on `date`.
///
/// The current year is sold up to the cut-off, and that day is the last:
///
/// ```
/// use jiff::civil::date;
/// use serde_json::json;
/// use shared::model::rule_set::RuleSetBody;
/// use shared::rules::{Facts, evaluate};
///
/// let document = json!({"name": "calendar years", "default_expiration_options": {
///     "expiration_type": "calendar",
///     "calendar_expiration_options": {"sell_for_next_year_after": "10-01"},
/// }});
/// let set = RuleSetBody::parse(document.as_object().unwrap().clone()).unwrap();
/// let expires = |day| evaluate(&set, &Facts::default(), day, None).unwrap().expiration_date;
///
/// assert_eq!(expires(date(2026, 10, 1)), date(2026, 12, 31));
/// assert_eq!(expires(date(2026, 10, 2)), date(2027, 12, 31));
/// ```
///
/// A year may start with any month, and a term may have several years:
///
/// ```
/// use jiff::civil::date;
/// use serde_json::json;
/// use shared::model::rule_set::RuleSetBody;
/// use shared::rules::{Facts, evaluate};
///
/// let document = json!({"name": "two years from July", "default_expiration_options": {
///     "expiration_type": "calendar",
///     "calendar_expiration_options": {"start_of_calendar_year": 7, "number_of_years": 2},
/// }});
/// let set = RuleSetBody::parse(document.as_object().unwrap().clone()).unwrap();
/// let term = |day| evaluate(&set, &Facts::default(), day, None).unwrap();
///
/// let decision = term(date(2026, 6, 30));
/// assert_eq!(decision.term_start, date(2025, 7, 1));
/// assert_eq!(decision.expiration_date, date(2027, 6, 30));
/// ```
pub(super) fn term(date: Date, options: &CalendarOptions) -> Period {
    let current = year_around(date, options.start_month());
    let is_sold_out = options
        .cut_off()
        .is_some_and(|cut_off| is_after(date, cut_off, current));
    let start = if is_sold_out {
        later(current, 1, TermType::Years).unwrap_or(LAST)
    } else {
        current
    };
    let end = later(start, options.years(), TermType::Years);
    Period {
        start: start.max(FIRST),
        expiration: last_day_before(end),
    }
}

// The latest first of `month` that is not after `date`.
fn year_around(date: Date, month: u32) -> Date {
    let month = i8::try_from(month).unwrap_or(1);
    let year = if date.month() >= month {
        date.year()
    } else {
        date.year().saturating_sub(1)
    };
    Date::new(year, month, 1).unwrap_or(FIRST)
}

// Whether `date` is after the occurrence of `cut_off` in the year that starts on `start`. One that
// lies after the end of the calendar is after every date.
fn is_after(date: Date, cut_off: &MonthDay, start: Date) -> bool {
    let (month, _) = cut_off.pair();
    let year = if month >= start.month() {
        start.year()
    } else {
        start.year().saturating_add(1)
    };
    cut_off
        .in_year(year)
        .is_some_and(|last_day| date > last_day)
}
