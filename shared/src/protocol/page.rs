//! Pages: their records and fields, and the room that an answer has.

use crate::base::error::Error;
use crate::base::json::{self, Object};
use crate::protocol::cursor::Position;
use crate::protocol::projection::Selection;

/// The most records a page can be asked for.
pub const MAX_LIMIT: usize = 1000;
/// The most bytes of the records in one answer, as the JSON string that carries them. A Lambda
/// answer may have 6 MB, string escapes included.
pub const MAX_ANSWER_BYTES: usize = 5 * 1024 * 1024;

/// The most values (scalars, arrays and objects) of the records that one call reads for an answer.
/// The cost of a value does not depend on its bytes.
pub const MAX_PAGE_VALUES: usize = 20_000;

/// The room that is left in a page. The first record always fits.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    bytes: usize,
    values: usize,
}

impl Room {
    /// Returns the room of an empty page.
    pub fn empty() -> Self {
        Self {
            bytes: MAX_ANSWER_BYTES,
            values: MAX_PAGE_VALUES,
        }
    }

    /// Takes the room for a stored record of so many values. Returns `false` if it does not fit.
    pub fn take_values(&mut self, values: usize) -> bool {
        take(&mut self.values, values)
    }

    /// Takes the room for a record in the answer. Returns `false` if it does not fit.
    pub fn take_bytes(&mut self, record: &Object) -> bool {
        take(&mut self.bytes, json::embedded_size(record) + 1)
    }
}

fn take(left: &mut usize, part: usize) -> bool {
    match left.checked_sub(part) {
        Some(rest) => {
            *left = rest;
            true
        }
        None => false,
    }
}

/// The most records of an answer: 1 to [`MAX_LIMIT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(usize);

impl Limit {
    /// Reads the query parameter `limit`.
    ///
    /// # Errors
    /// `invalid-request` for anything else.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let limit = if is_plain { text.parse().ok() } else { None };
        limit
            .filter(|limit| (1..=MAX_LIMIT).contains(limit))
            .map(Self)
            .ok_or_else(|| {
                let message = format!("must be an integer from 1 to {MAX_LIMIT}");
                Error::invalid_parameter("limit", message)
            })
    }

    /// Returns the number.
    pub fn get(self) -> usize {
        self.0
    }
}

/// A request for a page.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// The fields to answer.
    pub selection: Selection,
    /// The position at which the page before ended.
    pub after: Option<Position>,
    /// The most records; without a limit, those of one DynamoDB page of 1 MB.
    pub limit: Option<Limit>,
}

/// A page of records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The selected fields of each.
    pub records: Vec<Object>,
    /// The position at which the page ended, unless it is the last.
    pub next: Option<Position>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_plain_number_from_1_to_1000() {
        assert_eq!(Limit::parse("1000").map(Limit::get).ok(), Some(1000));
        for bad in [
            "0",
            "1001",
            "-1",
            "+5",
            "1.0",
            "",
            "ten",
            "99999999999999999999",
        ] {
            assert_eq!(
                Limit::parse(bad).unwrap_err().code(),
                "invalid-request",
                "{bad}"
            );
        }
    }
}
