//! A day of the year, which keeps the spelling in which it was sent.

use std::str::FromStr;

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use crate::model::date::CivilDate;

// A leap year, which has a 02-29.
const LEAP_YEAR: i16 = 2000;

/// A month and a day. Accepts `MM-DD`, `--MM-DD`, `M/D`, and the month and day of an ISO date or
/// date-time; keeps the text. (`docs/expiration.md#13-month-days`.)
///
/// ```
/// use shared::model::rule_set::MonthDay;
/// let leap_day: MonthDay = "2/29".parse().unwrap();
/// assert_eq!(leap_day.pair(), (2, 29));
/// assert_eq!(leap_day.in_year(2023).unwrap().to_string(), "2023-02-28");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthDay {
    text: String,
    month: i8,
    day: i8,
}

/// The text is not a month-day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a day of the year: `MM-DD`, `--MM-DD`, `M/D` or an ISO date")]
pub struct NotAMonthDay;

impl MonthDay {
    /// Returns the month (1–12) and the day (1–31), for a comparison with a range.
    pub fn pair(&self) -> (i8, i8) {
        (self.month, self.day)
    }

    /// Returns the text as it was sent.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the date in `year`, or nothing outside the calendar. 02-29 is 02-28 in common years.
    pub fn in_year(&self, year: i16) -> Option<Date> {
        let last_resort = || Date::new(year, self.month, self.day.min(28)).ok();
        Date::new(year, self.month, self.day)
            .ok()
            .or_else(last_resort)
    }
}

impl FromStr for MonthDay {
    type Err = NotAMonthDay;

    fn from_str(text: &str) -> Result<Self, NotAMonthDay> {
        let (month, day) = short_form(text)
            .or_else(|| iso_form(text))
            .ok_or(NotAMonthDay)?;
        Date::new(LEAP_YEAR, month, day).map_err(|_| NotAMonthDay)?;
        Ok(Self {
            text: text.to_owned(),
            month,
            day,
        })
    }
}

impl Serialize for MonthDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

fn short_form(text: &str) -> Option<(i8, i8)> {
    let (month, day, lengths) = match text.split_once('/') {
        Some((month, day)) => (month, day, 1..=2),
        None => {
            let (month, day) = text.strip_prefix("--").unwrap_or(text).split_once('-')?;
            (month, day, 2..=2)
        }
    };
    let read = |part: &str| {
        if lengths.contains(&part.len()) {
            digits(part)
        } else {
            None
        }
    };
    Some((read(month)?, read(day)?))
}

fn iso_form(text: &str) -> Option<(i8, i8)> {
    let date = CivilDate::from_date_or_date_time(text).ok()?.date();
    Some((date.month(), date.day()))
}

// `parse` alone would also take a sign.
fn digits(text: &str) -> Option<i8> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_spelling_of_a_day_is_read_and_kept() {
        for (text, pair) in [
            ("10-01", (10, 1)),
            ("--10-01", (10, 1)),
            ("10/1", (10, 1)),
            ("3/05", (3, 5)),
            ("02-29", (2, 29)),
            ("2023-12-31", (12, 31)),
            ("2024-02-29T23:59:59Z", (2, 29)),
            ("2024-12-31T23:30:00.000-08:00", (12, 31)),
        ] {
            let read: MonthDay = text.parse().unwrap();
            assert_eq!((read.pair(), read.as_str()), (pair, text));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "1-1",
            "10-1",
            "02-30",
            "13-01",
            "00-10",
            "04-31",
            "10/0",
            "/1",
            "1/",
            "1/1/2024",
            "+1/+1",
            "---10-01",
            "-10-01",
            "2023-02-29",
            "10-01 ",
            "１0-01",
            "October 1",
            "1001",
            "20241001",
            "001/1",
            "10-01T00:00:00Z",
        ] {
            assert_eq!(text.parse::<MonthDay>(), Err(NotAMonthDay), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_written_back_byte_for_byte(text in "[-0-9/T:Z]{0,12}|\\PC{0,12}") {
            if let Ok(read) = text.parse::<MonthDay>() {
                prop_assert_eq!(serde_json::to_value(&read).unwrap(), Value::String(text));
                prop_assert!(read.in_year(2023).is_some() && read.in_year(2024).is_some());
            }
        }
    }
}
