//! Pages: how many records of which fields, and what an answer has room for.

use crate::base::error::{Error, InvalidCode, Violation};
use crate::base::json::{self, Object};
use crate::protocol::cursor::Position;
use crate::protocol::projection::Selection;

/// The most records a page can be asked for.
pub const MAX_LIMIT: usize = 1000;
/// The most bytes of records one answer holds, as the JSON string that carries them; a Lambda answer
/// may have 6 MB, string escapes included.
pub const MAX_ANSWER_BYTES: usize = 5 * 1024 * 1024;

/// The most values (scalars, arrays and objects) of the records that one call answers, or looks through
/// for an answer: what they cost does not depend on how few bytes they have.
pub const MAX_PAGE_VALUES: usize = 20_000;

/// What a page may still hold. There is always room for the first record.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    bytes: usize,
    values: usize,
}

impl Room {
    /// That of an empty page.
    pub fn empty() -> Self {
        Self {
            bytes: MAX_ANSWER_BYTES,
            values: MAX_PAGE_VALUES,
        }
    }

    /// Whether a stored record of so many values may still be looked at; if so, it takes its part.
    pub fn take_values(&mut self, values: usize) -> bool {
        take(&mut self.values, values)
    }

    /// Whether a record may still be answered; if so, it takes its part.
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

/// How many records to answer at most: 1 to [`MAX_LIMIT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(usize);

impl Limit {
    /// Reads the query parameter `limit`.
    ///
    /// # Errors
    /// `invalid-request` when it is no such number.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let limit = if is_plain { text.parse().ok() } else { None };
        limit
            .filter(|limit| (1..=MAX_LIMIT).contains(limit))
            .map(Self)
            .ok_or_else(|| {
                let detail = format!("`limit` must be an integer from 1 to {MAX_LIMIT}");
                let violation = Violation::new("/limit", detail.clone());
                Error::invalid(InvalidCode::InvalidRequest, detail, vec![violation])
            })
    }

    /// The number.
    pub fn get(self) -> usize {
        self.0
    }
}

/// Which page of which fields.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// The fields to answer.
    pub selection: Selection,
    /// Where the page before ended.
    pub after: Option<Position>,
    /// How many records at most; without it, what one DynamoDB page of 1 MB gives.
    pub limit: Option<Limit>,
}

/// A page of records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The selected fields of each.
    pub records: Vec<Object>,
    /// Where it ended, unless nothing comes after it.
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
