//! The limits of a rule set: `docs/expiration.md#16-limits`.

use std::ops::RangeInclusive;

/// Rules in a set.
pub const MAX_RULES: usize = 100;
/// Levels of groups in a condition; the root is the first, leaves are not counted.
pub const MAX_GROUP_LEVELS: usize = 10;
/// Leaves in all rules of a set together.
pub const MAX_LEAVES: usize = 500;
/// Bytes of a path into a fact.
pub const MAX_PATH_BYTES: usize = 256;

/// The month with which a calendar year may start.
pub const START_MONTHS: RangeInclusive<u32> = 1..=12;
/// Length of a calendar term.
pub const CALENDAR_YEARS: RangeInclusive<u32> = 1..=MAX_TERM_YEARS;
/// Day of the month after which the next month is sold.
pub const DAYS_OF_MONTH: RangeInclusive<u32> = 1..=31;
/// Grace and reinstatement periods, in days.
pub const PERIOD_DAYS: RangeInclusive<u32> = 0..=36_500;

/// The longest term, in years.
pub const MAX_TERM_YEARS: u32 = 1_000;
/// The longest term in quarters: 1,000 × 4.
pub const MAX_TERM_QUARTERS: u32 = MAX_TERM_YEARS * 4;
/// The longest term in months: 1,000 × 12.
pub const MAX_TERM_MONTHS: u32 = MAX_TERM_YEARS * 12;
/// The longest term in days: 1,000 × 365, and the most leap days that 1,000 years can have (250,
/// less 10 centuries, plus 3 of them that divide by 400).
pub const MAX_TERM_DAYS: u32 = MAX_TERM_YEARS * 365 + 243;
/// The longest term in whole weeks.
pub const MAX_TERM_WEEKS: u32 = MAX_TERM_DAYS / 7;
