//! Terms that are counted from the day on which they start (`docs/expiration.md#31-the-term`).

use jiff::civil::Date;

use super::dates::{LAST, Period, last_day_before, later};
use super::fixed;
use crate::model::rule_set::AnniversaryOptions;

/// Returns the term of somebody who buys on `date`. `joined` matters to fixed dates only.
///
/// A term has whole months, unless the options allow it to start and end within a month:
///
/// ```
/// use jiff::civil::date;
/// use serde_json::json;
/// use shared::model::rule_set::RuleSetBody;
/// use shared::rules::{Facts, evaluate};
///
/// let document = json!({"name": "a year of whole months", "default_expiration_options": {
///     "expiration_type": "anniversary",
///     "anniversary_expiration_options": {"term_length": 1, "term_type": "years"},
/// }});
/// let set = RuleSetBody::parse(document.as_object().unwrap().clone()).unwrap();
/// let term = |day| evaluate(&set, &Facts::default(), day, None).unwrap();
///
/// let decision = term(date(2024, 3, 15));
/// assert_eq!(decision.term_start, date(2024, 3, 1));
/// assert_eq!(decision.expiration_date, date(2025, 2, 28));
/// ```
///
/// The end is clamped to the last day of its month:
///
/// ```
/// use jiff::civil::date;
/// use serde_json::json;
/// use shared::model::rule_set::RuleSetBody;
/// use shared::rules::{Facts, evaluate};
///
/// let document = json!({"name": "a month from the day", "default_expiration_options": {
///     "expiration_type": "anniversary",
///     "anniversary_expiration_options": {
///         "term_length": 1, "term_type": "months", "allow_mid_month_expirations": true,
///     },
/// }});
/// let set = RuleSetBody::parse(document.as_object().unwrap().clone()).unwrap();
/// let expires = |day| evaluate(&set, &Facts::default(), day, None).unwrap().expiration_date;
///
/// assert_eq!(expires(date(2023, 1, 31)), date(2023, 2, 28));
/// assert_eq!(expires(date(2024, 1, 31)), date(2024, 2, 29));
/// ```
///
/// After the cut-off day, the term starts with the next month:
///
/// ```
/// use jiff::civil::date;
/// use serde_json::json;
/// use shared::model::rule_set::RuleSetBody;
/// use shared::rules::{Facts, evaluate};
///
/// let document = json!({"name": "a year from the next month", "default_expiration_options": {
///     "expiration_type": "anniversary",
///     "anniversary_expiration_options": {
///         "term_length": 1, "term_type": "years", "sell_for_next_month_after": 15,
///     },
/// }});
/// let set = RuleSetBody::parse(document.as_object().unwrap().clone()).unwrap();
/// let term = |day| evaluate(&set, &Facts::default(), day, None).unwrap();
///
/// assert_eq!(term(date(2024, 3, 15)).term_start, date(2024, 3, 1));
/// assert_eq!(term(date(2024, 3, 16)).term_start, date(2024, 4, 1));
/// assert_eq!(term(date(2024, 3, 16)).expiration_date, date(2025, 3, 31));
/// ```
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
