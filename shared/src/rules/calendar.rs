//! Terms that are calendar years (`docs/expiration.md#2-calendar-years`).

use jiff::civil::Date;

use super::dates::{FIRST, LAST, Period, last_day_before, later};
use crate::model::rule_set::{CalendarOptions, MonthDay, TermType};

/// The term that somebody who joins on `date` gets.
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
