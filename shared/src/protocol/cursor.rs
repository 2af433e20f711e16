//! Cursors: the start of the next page, as a text that only the same request accepts.

use std::cmp::Ordering;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};

use crate::base::digest::sha256_of_parts;
use crate::base::error::{Error, InvalidCode, Violation};
use crate::model::date::CivilDate;
use crate::model::id::CreditId;

/// The position at which a page ended, inside the partition that the request names. A position does
/// not hold a tenant or a partition, so it cannot reach other data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The last record's id.
    #[serde(rename = "i", deserialize_with = "possible_id")]
    pub id: String,
    /// The last record's date, where the order is by date.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub date: Option<CivilDate>,
}

// A cursor is not secret: a forged cursor must not become a key that a record cannot have. A credit
// may have every id that a rule set may have.
fn possible_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    CreditId::deserialize(deserializer).map(String::from)
}

/// Orders positions as an index does: by date, then by id.
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

/// The progress of a search over several index ranges, in the order in which they are merged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The position up to which everything was answered.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Position>,
    /// The end of the next call's range: the records beyond it are too much for one call.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Position>,
}

impl Progress {
    /// Returns the progress after everything up to `position` was answered.
    pub fn after(position: Position) -> Self {
        Self {
            after: Some(position),
            until: None,
        }
    }
}

/// The request that a cursor belongs to: the route, its path values, and the search.
#[derive(Clone, Debug)]
pub struct CursorScope(Sha256);

const CURSOR_VERSION: &str = "1.";
const CHECK_BYTES: usize = 12;

impl CursorScope {
    /// Returns the scope of `route` with its path values, in their order.
    pub fn new(route: &str, path_values: &[&str]) -> Self {
        Self(sha256_of_parts(
            std::iter::once(route).chain(path_values.iter().copied()),
        ))
    }

    /// Returns the opaque, URL-safe text of a position.
    pub fn seal<P: Serialize>(&self, position: &P) -> String {
        // INVARIANT: a struct of strings and dates always serializes.
        let place = serde_json::to_vec(position).unwrap_or_default();
        let sealed = [self.check(&place).as_slice(), &place].concat();
        format!("{CURSOR_VERSION}{}", URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Returns the position in a text that [`CursorScope::seal`] made in the same scope.
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

/// Refuses a cursor that does not belong to this request.
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
}
