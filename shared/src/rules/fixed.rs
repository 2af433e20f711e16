//! Expiration dates that are fixed by the day on which somebody joined
//! (`docs/expiration.md#32-fixed-dates`).

use jiff::civil::Date;

use super::dates::LAST;
use crate::model::rule_set::FixedExpirationDate;

/// Returns the date of the first entry whose range holds `joined`, if there is one: its day in the
/// year in which the term would end, or a year later if that is not after `date` or before `start`.
///
/// The day on which somebody joined chooses the entry, whenever the term was bought:
///
/// ```
/// use jiff::civil::date;
/// use serde_json::json;
/// use shared::model::rule_set::RuleSetBody;
/// use shared::rules::{Facts, evaluate};
///
/// let document = json!({"name": "half-years", "default_expiration_options": {
///     "expiration_type": "anniversary",
///     "anniversary_expiration_options": {
///         "term_length": 1, "term_type": "years", "enable_fixed_expiration_dates": true,
///         "fixed_expiration_dates": [
///             {"range_start": "01-01", "range_end": "06-30", "expiration_date": "06-30"},
///             {"range_start": "07-01", "range_end": "12-31", "expiration_date": "12-31"},
///         ],
///     },
/// }});
/// let set = RuleSetBody::parse(document.as_object().unwrap().clone()).unwrap();
/// let expires = |joined| evaluate(&set, &Facts::default(), date(2024, 1, 10), Some(joined));
///
/// let decision = expires(date(2019, 3, 1)).unwrap();
/// assert_eq!(decision.expiration_date, date(2025, 6, 30));
/// let decision = expires(date(2019, 8, 20)).unwrap();
/// assert_eq!(decision.expiration_date, date(2025, 12, 31));
/// ```
///
/// A range may go over New Year. Where no range holds the day, the term is counted as usual:
///
/// ```
/// use jiff::civil::date;
/// use serde_json::json;
/// use shared::model::rule_set::RuleSetBody;
/// use shared::rules::{Facts, evaluate};
///
/// let document = json!({"name": "winters", "default_expiration_options": {
///     "expiration_type": "anniversary",
///     "anniversary_expiration_options": {
///         "term_length": 1, "term_type": "years", "enable_fixed_expiration_dates": true,
///         "fixed_expiration_dates": [
///             {"range_start": "10-01", "range_end": "03-31", "expiration_date": "03-31"},
///         ],
///     },
/// }});
/// let set = RuleSetBody::parse(document.as_object().unwrap().clone()).unwrap();
/// let expires = |day| evaluate(&set, &Facts::default(), day, None).unwrap().expiration_date;
///
/// assert_eq!(expires(date(2024, 11, 15)), date(2025, 3, 31));
/// assert_eq!(expires(date(2025, 2, 15)), date(2026, 3, 31));
/// assert_eq!(expires(date(2025, 6, 15)), date(2026, 5, 31));
/// ```
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
