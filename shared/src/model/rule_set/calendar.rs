//! Terms that are calendar years.

use serde::Serialize;

use super::limits::{CALENDAR_YEARS, START_MONTHS};
use super::month_day::MonthDay;
use crate::base::json::{Input, reader};

const FIRST_MONTH: u32 = 1;
const ONE_YEAR: u32 = 1;

/// The options of a calendar term (`docs/expiration.md#2-calendar-years`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CalendarOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    start_of_calendar_year: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sell_for_next_year_after: Option<MonthDay>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number_of_years: Option<u32>,
}

impl CalendarOptions {
    /// Returns the month with which the year starts, 1–12; absent means January.
    pub fn start_month(&self) -> u32 {
        self.start_of_calendar_year.unwrap_or(FIRST_MONTH)
    }

    /// Returns the last day on which the current year is sold, if one is set.
    pub fn cut_off(&self) -> Option<&MonthDay> {
        self.sell_for_next_year_after.as_ref()
    }

    /// Returns the length of the term in years; absent means 1.
    pub fn years(&self) -> u32 {
        self.number_of_years.unwrap_or(ONE_YEAR)
    }
}

pub(super) fn read_calendar(input: Input<'_>) -> Option<CalendarOptions> {
    let mut fields = input.fields()?;
    let options = CalendarOptions {
        start_of_calendar_year: fields.optional("start_of_calendar_year", |month| {
            month.integer(START_MONTHS)
        }),
        sell_for_next_year_after: fields.optional("sell_for_next_year_after", reader::parsed),
        number_of_years: fields.optional("number_of_years", |years| years.integer(CALENDAR_YEARS)),
    };
    fields.finish();
    Some(options)
}
