//! An expiration date that is the same for all who join within a range of days.

use serde::Serialize;

use super::month_day::MonthDay;
use crate::base::json::{Input, reader};

/// Credits of members who join from `range_start` to `range_end`, both included, expire on
/// `expiration_date`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FixedExpirationDate {
    range_start: MonthDay,
    range_end: MonthDay,
    expiration_date: MonthDay,
}

impl FixedExpirationDate {
    /// Returns whether the range holds this month and day. A range whose start is after its end
    /// wraps over New Year. Months and days are compared as pairs, so that 02-29 is itself in
    /// every year.
    pub fn holds(&self, month_and_day: (i8, i8)) -> bool {
        let (start, end) = (self.range_start.pair(), self.range_end.pair());
        let (after_start, before_end) = (month_and_day >= start, month_and_day <= end);
        if start <= end {
            after_start && before_end
        } else {
            after_start || before_end
        }
    }

    /// Returns the day on which the credits expire.
    pub fn expiration_day(&self) -> &MonthDay {
        &self.expiration_date
    }
}

pub(super) fn read_fixed_date(input: Input<'_>) -> Option<FixedExpirationDate> {
    let mut fields = input.fields()?;
    let range_start = fields.required("range_start", reader::parsed);
    let range_end = fields.required("range_end", reader::parsed);
    let expiration_date = fields.required("expiration_date", reader::parsed);
    fields.finish();
    Some(FixedExpirationDate {
        range_start: range_start?,
        range_end: range_end?,
        expiration_date: expiration_date?,
    })
}
