//! Expiration dates that are fixed by the day on which somebody joined (`docs/expiration.md#32-fixed-dates`).

use jiff::civil::Date;

use super::dates::LAST;
use crate::model::rule_set::FixedExpirationDate;

/// The date of the first entry whose range holds `joined`, if there is one: its day in the year in
/// which the term would end, or a year later if that is not after `date` or before `start`.
pub(super) fn expiration(
    date: Date,
    joined: Date,
    start: Date,
    end: Option<Date>,
    entries: &[FixedExpirationDate],
) -> Option<Date> {
    let joined = (joined.month(), joined.day());
    let day = entries
        .iter()
        .find(|entry| entry.holds(joined))?
        .expiration_day();
    let year = end.unwrap_or(LAST).year();
    let in_year = |year| day.in_year(year).unwrap_or(LAST);
    let this_year = in_year(year);
    let is_too_early = this_year <= date || this_year < start;
    Some(if is_too_early {
        in_year(year.saturating_add(1))
    } else {
        this_year
    })
}
