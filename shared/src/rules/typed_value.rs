//! Resolved values by the types that operators tell apart.

use std::hash::{Hash, Hasher};

use serde_json::Value;

use super::resolved::{Collected, Resolved};

/// A resolved value by its type.
#[derive(Clone, Copy, Debug)]
pub(super) enum TypedValue<'a> {
    Undefined,
    Scalar(Scalar<'a>),
    List(List<'a>),
    Object,
}

/// A value that can equal another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scalar<'a> {
    Null,
    Bool(bool),
    Number(f64),
    Text(&'a str),
    HalfCharacter(u16),
}

/// A list by its origin.
#[derive(Clone, Copy, Debug)]
pub(super) enum List<'a> {
    /// A list in the rule: one evaluation reads it once.
    Literal(&'a [Value]),
    /// A list in the facts: it is read as often as rules refer to it.
    Fact(&'a [Value]),
    /// A list that a wildcard collects from the facts.
    Collected(Collected<'a>),
}

impl<'a> TypedValue<'a> {
    pub(super) fn of(value: Resolved<'a>) -> Self {
        match value {
            Resolved::Undefined => Self::Undefined,
            Resolved::Literal(value) => Self::of_value(value, List::Literal),
            Resolved::Fact(value) => Self::of_value(value, List::Fact),
            Resolved::Collected(collected) => Self::List(List::Collected(collected)),
            Resolved::Character(text) => Self::Scalar(Scalar::Text(text)),
            Resolved::HalfCharacter(half) => Self::Scalar(Scalar::HalfCharacter(half)),
            Resolved::Length(length) => Self::Scalar(length_of(length)),
        }
    }

    fn of_value(value: &'a Value, list: impl FnOnce(&'a [Value]) -> List<'a>) -> Self {
        match value {
            Value::Array(items) => Self::List(list(items)),
            Value::Object(_) => Self::Object,
            Value::Null => Self::Scalar(Scalar::Null),
            Value::Bool(yes) => Self::Scalar(Scalar::Bool(*yes)),
            Value::Number(number) => Self::Scalar(number_of(number)),
            Value::String(text) => Self::Scalar(Scalar::Text(text)),
        }
    }

    pub(super) fn scalar(self) -> Option<Scalar<'a>> {
        match self {
            Self::Scalar(scalar) => Some(scalar),
            Self::Undefined | Self::List(_) | Self::Object => None,
        }
    }
}

// Reads a number as JavaScript does: the nearest float, infinite when too large.
fn number_of<'a>(number: &serde_json::Number) -> Scalar<'a> {
    Scalar::Number(number.as_str().parse().unwrap_or(f64::NAN))
}

// No document has more than 2^32 members or characters.
fn length_of<'a>(length: usize) -> Scalar<'a> {
    Scalar::Number(u32::try_from(length).map_or(f64::INFINITY, f64::from))
}

// INVARIANT: no number read from JSON is NaN, so equality is reflexive.
impl Eq for Scalar<'_> {}

impl Hash for Scalar<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Null => state.write_u8(0),
            Self::Bool(yes) => yes.hash(state),
            // 0 equals -0, so they need the same hash: adding 0 makes 0 of -0.
            Self::Number(number) => (number + 0.0).to_bits().hash(state),
            Self::Text(text) => text.hash(state),
            Self::HalfCharacter(half) => half.hash(state),
        }
    }
}
