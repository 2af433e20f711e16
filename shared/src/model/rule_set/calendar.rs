//! Terms that are calendar years.

use serde::Serialize;
use serde_json::Value;

use super::fields::{Fields, Report, read_count};
use super::limits::{CALENDAR_YEARS, START_MONTHS};
use super::month_day::{MonthDay, read_month_day};
use crate::base::json::Place;

const FIRST_MONTH: u32 = 1;
const ONE_YEAR: u32 = 1;

/// How a calendar term is counted (`docs/expiration.md#2-calendar-years`).
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
    /// The month with which the year starts, 1–12; January unless given.
    pub fn start_month(&self) -> u32 {
        self.start_of_calendar_year.unwrap_or(FIRST_MONTH)
    }

    /// The last day on which the current year is sold, if there is such a day.
    pub fn cut_off(&self) -> Option<&MonthDay> {
        self.sell_for_next_year_after.as_ref()
    }

    /// The length of the term in years; 1 unless given.
    pub fn years(&self) -> u32 {
        self.number_of_years.unwrap_or(ONE_YEAR)
    }
}

pub(super) fn read_calendar(
    value: Value,
    place: &Place<'_>,
    report: &mut Report,
) -> Option<CalendarOptions> {
    let mut fields = Fields::of(value, place, report)?;
    let options = CalendarOptions {
        start_of_calendar_year: fields.optional(
            "start_of_calendar_year",
            report,
            read_count(START_MONTHS),
        ),
        sell_for_next_year_after: fields.optional(
            "sell_for_next_year_after",
            report,
            read_month_day,
        ),
        number_of_years: fields.optional("number_of_years", report, read_count(CALENDAR_YEARS)),
    };
    fields.refuse_the_rest(report);
    Some(options)
}
