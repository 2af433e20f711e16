//! Civil dates in the form of the API.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{self, Date, DateTime};
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::json::Input;

/// A date between 0001-01-01 and 9999-12-31, written `YYYY-MM-DD`: its text sorts as it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, format = Date)]
pub struct CivilDate(Date);

/// The text is not a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a date `YYYY-MM-DD` between 0001-01-01 and 9999-12-31")]
pub struct NotADate;

const NOT_A_DATE_TIME: &str =
    "must be a date `YYYY-MM-DD` or a date-time, between 0001-01-01 and 9999-12-31";

impl CivilDate {
    /// Returns the date for arithmetic.
    pub fn date(self) -> Date {
        self.0
    }

    /// The first date of the range.
    pub const MIN: Self = Self(civil::date(1, 1, 1));

    /// Returns the day before, or nothing for [`CivilDate::MIN`].
    pub fn yesterday(self) -> Option<Self> {
        self.0.yesterday().ok()?.try_into().ok()
    }

    /// Reads a date, or the date in UTC of an ISO 8601 date-time. A date-time without an offset is
    /// in UTC. If an offset leads beyond the first or last date, the result is that date.
    ///
    /// # Errors
    /// [`NotADate`] for anything else.
    pub fn in_utc(text: &str) -> Result<Self, NotADate> {
        if text.len() == 10 {
            return text.parse();
        }
        // Not a `Timestamp`: those end before 9999-12-31T23:59:59Z, a usual open end.
        let pieces = Pieces::parse(text).map_err(|_| NotADate)?;
        let (Some(time), None) = (pieces.time(), pieces.time_zone_annotation()) else {
            return Err(NotADate);
        };
        let written = Self::try_from(pieces.date())?.0.to_datetime(time);
        let offset = pieces.to_numeric_offset().unwrap_or(Offset::UTC);
        let utc = written.saturating_sub(SignedDuration::from_secs(offset.seconds().into()));
        Ok(Self(utc.date()).max(Self::MIN))
    }

    /// Reads a date, or the date part of an ISO 8601 date-time as it is written; its offset does
    /// not matter.
    ///
    /// # Errors
    /// [`NotADate`] for anything else.
    pub fn from_date_or_date_time(text: &str) -> Result<Self, NotADate> {
        if text.len() == 10 {
            return text.parse();
        }
        let is_date_time = DateTime::from_str(text).is_ok() || Timestamp::from_str(text).is_ok();
        match text.split_at_checked(10) {
            Some((date, _)) if is_date_time => date.parse(),
            Some(_) | None => Err(NotADate),
        }
    }
}

impl CivilDate {
    /// Reads what [`CivilDate::in_utc`] takes.
    pub(crate) fn read_in_utc(input: Input<'_>) -> Option<Self> {
        input.string_as(|text| Self::in_utc(&text).map_err(|_| NOT_A_DATE_TIME))
    }

    /// Reads what [`CivilDate::from_date_or_date_time`] takes.
    pub(crate) fn read_lenient(input: Input<'_>) -> Option<Self> {
        let read = |text: String| Self::from_date_or_date_time(&text).map_err(|_| NOT_A_DATE_TIME);
        input.string_as(read)
    }
}

impl FromStr for CivilDate {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        let has_shape = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        let date = has_shape
            .then(|| Date::from_str(text).ok())
            .flatten()
            .ok_or(NotADate)?;
        if date.year() < 1 {
            Err(NotADate)
        } else {
            Ok(Self(date))
        }
    }
}

impl TryFrom<Date> for CivilDate {
    type Error = NotADate;

    fn try_from(date: Date) -> Result<Self, NotADate> {
        if date.year() < 1 {
            Err(NotADate)
        } else {
            Ok(Self(date))
        }
    }
}

impl TryFrom<String> for CivilDate {
    type Error = NotADate;

    fn try_from(text: String) -> Result<Self, NotADate> {
        text.parse()
    }
}

impl From<CivilDate> for String {
    fn from(date: CivilDate) -> Self {
        date.to_string()
    }
}

impl fmt::Display for CivilDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_one_spelling_of_a_real_day_is_a_date() {
        for good in ["0001-01-01", "9999-12-31", "2024-02-29"] {
            assert_eq!(good.parse::<CivilDate>().unwrap().to_string(), good);
        }
        for bad in [
            "2023-02-29",
            "0000-01-01",
            "20240101",
            "2024-1-1",
            "2024-01-01T00:00:00Z",
            "",
            " 2024-01-1",
            "２０２４-01-01",
            "-001-01-01",
            "2024-W01-1",
            "2024/01/01",
        ] {
            assert_eq!(bad.parse::<CivilDate>(), Err(NotADate), "{bad}");
        }
    }

    #[test]
    fn a_date_time_gives_its_date_as_written() {
        for text in [
            "2024-12-31T23:30:00-08:00",
            "2024-12-31T23:30:00Z",
            "2024-12-31T23:30:00.123",
            "2024-12-31",
        ] {
            assert_eq!(
                CivilDate::from_date_or_date_time(text).unwrap().to_string(),
                "2024-12-31"
            );
        }
        for bad in [
            "2024-12-31Tnoon",
            "2024-12-31 and more",
            "2024-12-3１T00:00:00Z",
            "31.12.2024 10:00",
        ] {
            assert_eq!(
                CivilDate::from_date_or_date_time(bad),
                Err(NotADate),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_date_time_has_its_date_in_utc() {
        for (text, expected) in [
            ("2024-12-31T23:30:00-08:00", "2025-01-01"),
            ("2024-12-31T23:30:00Z", "2024-12-31"),
            ("2025-01-01T01:00:00+02:00", "2024-12-31"),
            ("2024-12-31T23:30:00.123", "2024-12-31"),
            ("2024-12-31", "2024-12-31"),
            ("9999-12-31T23:59:59.999Z", "9999-12-31"),
            ("9999-12-31T23:59:59-12:00", "9999-12-31"),
            ("0001-01-01T00:00:00+12:00", "0001-01-01"),
        ] {
            assert_eq!(CivilDate::in_utc(text).unwrap().to_string(), expected);
        }
        for bad in [
            "",
            "2024-12-31Tnoon",
            "2024-12-31T23:30:00[Europe/Paris]",
            "2023-02-29T00:00:00Z",
            "0000-12-31T23:30:00Z",
            "20241231",
        ] {
            assert_eq!(CivilDate::in_utc(bad), Err(NotADate), "{bad}");
        }
    }
}
