//! Pages: how many records, and where the next page starts.

use std::cmp::Ordering;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};

use crate::digest::sha256_of_parts;
use crate::error::{Error, InvalidCode, Violation};
use crate::json::{self, Object};
use crate::model::date::CivilDate;
use crate::model::id::CreditId;

/// The most records a page can be asked for.
pub const MAX_LIMIT: usize = 1000;
/// The most bytes of items one call reads: four DynamoDB pages of 1 MB.
pub const MAX_BYTES_READ: usize = 4 * 1024 * 1024;
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
                let detail = format!("`limit` must be a whole number from 1 to {MAX_LIMIT}");
                let violation = Violation::new("/limit", detail.clone());
                Error::invalid(InvalidCode::InvalidRequest, detail, vec![violation])
            })
    }

    /// The number.
    pub fn get(self) -> usize {
        self.0
    }
}

/// Where a page ended, inside the partition that the request names. It never holds a tenant or a
/// partition, so it cannot reach other data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The last record's id.
    #[serde(rename = "i", deserialize_with = "possible_id")]
    pub id: String,
    /// The last record's date, where the order is by date.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub date: Option<CivilDate>,
}

// A cursor is no secret: one that was made up must not become a key that no record can have. Credits
// may have every id that rule sets may have.
fn possible_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    CreditId::deserialize(deserializer).map(String::from)
}

/// The order of an index: by date, then by id.
impl Ord for Position {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.date, &self.id).cmp(&(other.date, &other.id))
    }
}

impl PartialOrd for Position {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// How far a search over several places has come, in the order in which they are merged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Everything up to here was answered.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Position>,
    /// The next call looks no further than this, since what lies further weighs too much for one.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Position>,
}

impl Progress {
    /// Everything up to `position` was answered.
    pub fn after(position: Position) -> Self {
        Self {
            after: Some(position),
            until: None,
        }
    }
}

/// Where a cursor may be used: the route and its path values (and the search).
#[derive(Clone, Debug)]
pub struct CursorScope(Sha256);

const CURSOR_VERSION: &str = "1.";
const CHECK_BYTES: usize = 12;

impl CursorScope {
    /// The scope of `route` with its path values, in their order.
    pub fn new(route: &str, path_values: &[&str]) -> Self {
        Self(sha256_of_parts(
            std::iter::once(route).chain(path_values.iter().copied()),
        ))
    }

    /// The opaque, URL-safe text of a position.
    pub fn seal<P: Serialize>(&self, position: &P) -> String {
        // INVARIANT: a struct of strings and dates always serializes.
        let place = serde_json::to_vec(position).unwrap_or_default();
        let sealed = [self.check(&place).as_slice(), &place].concat();
        format!("{CURSOR_VERSION}{}", URL_SAFE_NO_PAD.encode(sealed))
    }

    /// The position in a text that [`CursorScope::seal`] made in the same scope.
    ///
    /// # Errors
    /// `invalid-cursor` for everything else.
    pub fn open<P: DeserializeOwned>(&self, text: &str) -> Result<P, Error> {
        self.try_open(text).ok_or_else(foreign_cursor)
    }

    fn try_open<P: DeserializeOwned>(&self, text: &str) -> Option<P> {
        let sealed = URL_SAFE_NO_PAD
            .decode(text.strip_prefix(CURSOR_VERSION)?)
            .ok()?;
        let (check, place) = sealed.split_at_checked(CHECK_BYTES)?;
        (check == self.check(place))
            .then(|| serde_json::from_slice(place).ok())
            .flatten()
    }

    fn check(&self, place: &[u8]) -> [u8; CHECK_BYTES] {
        let digest = self.0.clone().chain_update(place).finalize();
        let mut check = [0; CHECK_BYTES];
        check
            .iter_mut()
            .zip(digest)
            .for_each(|(to, from)| *to = from);
        check
    }
}

/// The refusal of a cursor that is not of this request.
pub fn foreign_cursor() -> Error {
    Error::invalid(
        InvalidCode::InvalidCursor,
        "this cursor does not belong to this request; start again without one",
        vec![Violation::new(
            "/exclusiveStartKey",
            "is not a cursor of this request",
        )],
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn position(id: &str) -> Position {
        Position {
            id: id.to_owned(),
            date: Some("2024-02-29".parse().unwrap()),
        }
    }

    proptest! {
        #[test]
        fn a_position_survives_its_cursor(id in "[a-zA-Z0-9_:|-]{1,256}") {
            let scope = CursorScope::new("list", &["t"]);
            let cursor = scope.seal(&position(&id));
            prop_assert!(cursor.contains('.') && cursor.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)));
            prop_assert_eq!(scope.open::<Position>(&cursor).unwrap(), position(&id));
        }

        #[test]
        fn a_changed_cursor_is_refused(at in 0_usize..60, flip in 1_u8..=255) {
            let scope = CursorScope::new("list", &["t"]);
            let mut bytes = scope.seal(&position("0123456789")).into_bytes();
            let at = at % bytes.len();
            bytes[at] ^= flip;
            let opened = String::from_utf8(bytes).ok().and_then(|text| scope.try_open::<Position>(&text));
            prop_assert_eq!(opened, None);
        }

        #[test]
        fn no_text_makes_opening_panic(text in ".*") {
            let _ = CursorScope::new("list", &[]).open::<Position>(&text);
        }
    }

    #[test]
    fn a_cursor_of_another_route_or_path_is_refused() {
        let cursor = CursorScope::new("by_contact", &["t", "ada"]).seal(&position("x"));
        for other in [
            CursorScope::new("by_contact", &["t", "bob"]),
            CursorScope::new("by_contact", &["u", "ada"]),
            CursorScope::new("by_activity", &["t", "ada"]),
            CursorScope::new("by_contact", &["ta", "da"]),
        ] {
            assert_eq!(
                other.open::<Position>(&cursor).unwrap_err().code(),
                "invalid-cursor"
            );
        }
    }

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
