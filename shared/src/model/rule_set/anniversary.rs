//! Terms that are counted from the day on which they start.

use serde::{Deserialize, Serialize};

use super::fixed_date::{FixedExpirationDate, read_fixed_date};
use super::limits;
use crate::base::json::{Fields, Input, reader};

/// The options of an anniversary term (`docs/expiration.md#3-anniversary`).
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Returns the last day of the month (1–31) on which the current month is sold, if one is set.
    pub fn cut_off_day(&self) -> Option<u32> {
        self.sell_for_next_month_after
    }

    /// Returns whether a term may start and end within a month; absent means no.
    pub fn allows_mid_month(&self) -> bool {
        self.allow_mid_month_expirations.unwrap_or(false)
    }

    /// Returns the length of the term, at least 1, in [`TermType`]s.
    pub fn term_length(&self) -> u32 {
        self.term_length
    }

    /// Returns the unit of the length.
    pub fn term_type(&self) -> TermType {
        self.term_type
    }

    /// Returns the fixed dates in the order in which they are tried; none unless they are enabled.
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
    /// Returns the longest term in this unit.
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

pub(super) fn read_anniversary(input: Input<'_>) -> Option<AnniversaryOptions> {
    let mut fields = input.fields()?;
    let sell_for_next_month_after = fields.optional("sell_for_next_month_after", |day| {
        day.integer(limits::DAYS_OF_MONTH)
    });
    let mid_month = fields.optional("allow_mid_month_expirations", reader::flag);
    let term = read_term(&mut fields);
    let enabled = fields.optional("enable_fixed_expiration_dates", reader::flag);
    let fixed = fields.optional("fixed_expiration_dates", |dates| {
        dates.list(read_fixed_date)
    });
    fields.finish();
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

// Without a valid unit, the length is compared with the largest limit of all units.
fn read_term(fields: &mut Fields<'_>) -> Option<(u32, TermType)> {
    let term_type = fields.required("term_type", reader::word);
    let longest = term_type.map_or(limits::MAX_TERM_DAYS, TermType::longest);
    let term_length = fields.required("term_length", |length| length.integer(1..=longest));
    Some((term_length?, term_type?))
}
