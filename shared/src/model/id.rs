//! Ids. Each kind has a type of its own, so that one cannot stand for another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::digest::hex;

/// The longest id, in bytes; DynamoDB's own limit for a sort key is 1,024.
pub const MAX_ID_BYTES: usize = 256;
/// The longest tenant id, in characters.
pub const MAX_TENANT_ID_CHARS: usize = 64;
/// The length of an API key's id.
pub const API_KEY_ID_CHARS: usize = 16;

/// The text cannot be this kind of id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAnId(&'static str);

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $check:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schema(value_type = String)]
        pub struct $name(String);

        impl $name {
            /// Returns the text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                $check(text)?;
                Ok(Self(text.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;

            fn try_from(text: String) -> Result<Self, NotAnId> {
                $check(&text)?;
                Ok(Self(text))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(/** A tenant: `^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`. It cannot hold `#`, so it cannot forge a key. */ TenantId, tenant);
id!(/** A credit: `^[\w:|-]+$`. */ CreditId, credit);
id!(/** An expiration rule set: `^[\w|-]+$`. */ RuleSetId, rule_set);
id!(/** The kind of a credit. */ TypeId, reference);
id!(/** The person who earned a credit. */ ContactId, reference);
id!(/** The event at which a credit was earned. */ EventId, reference);
id!(/** The registration for that event. */ EventRegistrationId, reference);
id!(/** The certification activity by which a credit was earned. */ ActivityId, reference);
id!(/** The registration for the course in which a credit was earned. */ CourseRegistrationId, reference);
id!(/** The application that used some of a credit. */ ApplicationId, reference);
id!(/** An API key: 16 lower-case hexadecimal digits, a part of the key itself. */ ApiKeyId, api_key);
id!(/** A custom field's definition. */ CustomFieldId, reference);

fn tenant(text: &str) -> Result<(), NotAnId> {
    let starts_well = text.starts_with(|first: char| first.is_ascii_alphanumeric());
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let fits = text.len() <= MAX_TENANT_ID_CHARS && text.bytes().all(allowed);
    check(
        starts_well && fits,
        "must have 1 to 64 letters, digits, `.`, `_` or `-`",
    )
}

fn credit(text: &str) -> Result<(), NotAnId> {
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'|' | b'-');
    let fits = (1..=MAX_ID_BYTES).contains(&text.len());
    check(
        fits && text.bytes().all(allowed),
        "must have 1 to 256 letters, digits, `_`, `:`, `|` or `-`",
    )
}

fn rule_set(text: &str) -> Result<(), NotAnId> {
    let rule = "must have 1 to 256 letters, digits, `_`, `|` or `-`";
    credit(text).map_err(|_| NotAnId(rule))?;
    check(!text.contains(':'), rule)
}

fn reference(text: &str) -> Result<(), NotAnId> {
    let fits = (1..=MAX_ID_BYTES).contains(&text.len());
    let forbidden = |c: char| c.is_control() || matches!(c, '/' | '?' | '#' | '%' | '\\');
    // URLs collapse dots, and lose blanks at their end.
    let survives_a_path = !matches!(text, "." | "..") && !text.ends_with(' ');
    check(
        fits && survives_a_path && !text.contains(forbidden),
        "must have 1 to 256 bytes without control characters and without / ? # % \\, not end with a \
         blank, and not be . or ..",
    )
}

fn api_key(text: &str) -> Result<(), NotAnId> {
    let allowed = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    check(
        text.len() == API_KEY_ID_CHARS && text.bytes().all(allowed),
        "must have 16 digits of `0` to `9` and `a` to `f`",
    )
}

fn check(holds: bool, rule: &'static str) -> Result<(), NotAnId> {
    if holds { Ok(()) } else { Err(NotAnId(rule)) }
}

impl RuleSetId {
    /// Makes the id of a new rule set.
    pub fn new(uuid: uuid::Uuid) -> Self {
        Self(uuid.to_string())
    }
}

impl CreditId {
    /// Makes the id of a new credit.
    pub fn new(uuid: uuid::Uuid) -> Self {
        Self(uuid.to_string())
    }
}

impl ApiKeyId {
    /// Makes the id of a new key.
    pub fn new(random: [u8; API_KEY_ID_CHARS / 2]) -> Self {
        Self(hex(&random))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenant_ids_cannot_carry_the_separator_of_keys() {
        for good in ["a", "demo.example", "A-1_b.c", &"x".repeat(64)] {
            assert!(good.parse::<TenantId>().is_ok(), "{good}");
        }
        for bad in ["", ".a", "a#b", "a/b", "é", "a b", "a\n", &"x".repeat(65)] {
            assert!(bad.parse::<TenantId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn credit_ids_are_words_colons_bars_and_dashes() {
        assert!("a|b:c-d_9".parse::<CreditId>().is_ok());
        for bad in ["", "a.b", "a#b", "ü", "a b", &"x".repeat(257)] {
            assert!(bad.parse::<CreditId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn references_take_any_text_that_a_path_can_carry() {
        for good in ["contact-ada", "Zoë|1:2", "...", " a b"] {
            assert!(good.parse::<ContactId>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "a/b",
            "a?b",
            "a#b",
            "50%",
            "a\\b",
            "a\u{0}",
            "a\u{85}",
            ".",
            "..",
            " ",
            "a ",
            &"é".repeat(129),
        ] {
            assert!(bad.parse::<ContactId>().is_err(), "{bad}");
        }
    }
}
