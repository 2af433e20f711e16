//! Terms that are counted from the day on which they start.

use serde::Serialize;
use serde_json::Value;

use super::fields::{Fields, Report, read_count, read_flag, read_list};
use super::fixed_date::{FixedExpirationDate, read_fixed_date};
use super::limits;
use crate::base::json::Place;

/// How an anniversary term is counted (`docs/expiration.md#3-anniversary`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnniversaryOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    sell_for_next_month_after: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_mid_month_expirations: Option<bool>,
    // INVARIANT: from 1 to the longest that `term_type` allows.
    term_length: u32,
    term_type: TermType,
    #[serde(skip_serializing_if = "Option::is_none")]
    enable_fixed_expiration_dates: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed_expiration_dates: Option<Vec<FixedExpirationDate>>,
}

/// The unit of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TermType {
    /// Days.
    Days,
    /// Seven days each.
    Weeks,
    /// Calendar months.
    Months,
    /// Three calendar months each.
    Quarters,
    /// Calendar years.
    Years,
}

impl AnniversaryOptions {
    /// The last day of the month (1–31) on which the current month is sold, if there is such a day.
    pub fn cut_off_day(&self) -> Option<u32> {
        self.sell_for_next_month_after
    }

    /// Whether a term may start and end within a month; no unless given.
    pub fn allows_mid_month(&self) -> bool {
        self.allow_mid_month_expirations.unwrap_or(false)
    }

    /// The length of the term, at least 1, in [`TermType`]s.
    pub fn term_length(&self) -> u32 {
        self.term_length
    }

    /// The unit of the length.
    pub fn term_type(&self) -> TermType {
        self.term_type
    }

    /// The fixed dates in the order in which they are tried; none unless they are enabled.
    pub fn fixed_dates(&self) -> &[FixedExpirationDate] {
        match (
            &self.fixed_expiration_dates,
            self.enable_fixed_expiration_dates,
        ) {
            (Some(dates), Some(true)) => dates,
            (Some(_) | None, _) => &[],
        }
    }
}

impl TermType {
    /// Every unit.
    pub const ALL: [Self; 5] = [
        Self::Days,
        Self::Weeks,
        Self::Months,
        Self::Quarters,
        Self::Years,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Weeks => "weeks",
            Self::Months => "months",
            Self::Quarters => "quarters",
            Self::Years => "years",
        }
    }

    /// The longest term in this unit.
    pub fn longest(self) -> u32 {
        match self {
            Self::Days => limits::MAX_TERM_DAYS,
            Self::Weeks => limits::MAX_TERM_WEEKS,
            Self::Months => limits::MAX_TERM_MONTHS,
            Self::Quarters => limits::MAX_TERM_QUARTERS,
            Self::Years => limits::MAX_TERM_YEARS,
        }
    }
}

pub(super) fn read_anniversary(
    value: Value,
    place: &Place<'_>,
    report: &mut Report,
) -> Option<AnniversaryOptions> {
    let mut fields = Fields::of(value, place, report)?;
    let cut_off = read_count(limits::DAYS_OF_MONTH);
    let sell_for_next_month_after = fields.optional("sell_for_next_month_after", report, cut_off);
    let mid_month = fields.optional("allow_mid_month_expirations", report, read_flag);
    let term = read_term(&mut fields, report);
    let enabled = fields.optional("enable_fixed_expiration_dates", report, read_flag);
    let fixed = fields.optional("fixed_expiration_dates", report, read_fixed_dates);
    fields.refuse_the_rest(report);
    let (term_length, term_type) = term?;
    Some(AnniversaryOptions {
        sell_for_next_month_after,
        allow_mid_month_expirations: mid_month,
        term_length,
        term_type,
        enable_fixed_expiration_dates: enabled,
        fixed_expiration_dates: fixed,
    })
}

// Without a unit the length is still held against the largest limit of all.
fn read_term(fields: &mut Fields<'_>, report: &mut Report) -> Option<(u32, TermType)> {
    let term_type = fields.required("term_type", report, read_term_type);
    let longest = term_type.map_or(limits::MAX_TERM_DAYS, TermType::longest);
    let term_length = fields.required("term_length", report, read_count(1..=longest));
    Some((term_length?, term_type?))
}

fn read_term_type(value: Value, place: &Place<'_>, report: &mut Report) -> Option<TermType> {
    let word = value.as_str().unwrap_or_default();
    let known = TermType::ALL
        .into_iter()
        .find(|term_type| term_type.as_str() == word);
    let message = "must be `days`, `weeks`, `months`, `quarters` or `years`";
    known.or_else(|| report.fault(place, message))
}

fn read_fixed_dates(
    value: Value,
    place: &Place<'_>,
    report: &mut Report,
) -> Option<Vec<FixedExpirationDate>> {
    read_list(value, place, report, read_fixed_date)
}
