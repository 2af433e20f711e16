//! Terms that are counted from the day on which they start (`docs/expiration.md#31-the-term`).

use jiff::civil::Date;

use super::dates::{LAST, Period, last_day_before, later};
use super::fixed;
use crate::model::rule_set::AnniversaryOptions;

/// The term that somebody who buys on `date` gets. `joined` matters to fixed dates only.
pub(super) fn term(date: Date, joined: Option<Date>, options: &AnniversaryOptions) -> Period {
    let is_late = options
        .cut_off_day()
        .is_some_and(|last_day| day_of_month(date) > last_day);
    let start = start(date, is_late, options);
    let end = later(start, options.term_length(), options.term_type());
    let fixed = fixed::expiration(
        date,
        joined.unwrap_or(date),
        start,
        end,
        options.fixed_dates(),
    );
    let expiration = fixed.unwrap_or_else(|| counted(end, is_late, options));
    Period { start, expiration }
}

fn start(date: Date, is_late: bool, options: &AnniversaryOptions) -> Date {
    if is_late {
        date.last_of_month().tomorrow().unwrap_or(LAST)
    } else if options.allows_mid_month() {
        date
    } else {
        date.first_of_month()
    }
}

fn counted(end: Option<Date>, is_late: bool, options: &AnniversaryOptions) -> Date {
    match options.allows_mid_month() {
        true if is_late => last_day_before(end),
        true => end.unwrap_or(LAST),
        false => last_day_before(end).last_of_month(),
    }
}

fn day_of_month(date: Date) -> u32 {
    u32::from(date.day().unsigned_abs())
}
