//! What a seen value is to an operator.

use std::hash::{Hash, Hasher};

use serde_json::Value;

use super::seen::{Collected, Seen};

/// A seen value by its kind.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind<'a> {
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

/// A list by where it comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum List<'a> {
    /// In the rule; read once in an evaluation.
    Literal(&'a [Value]),
    /// In the facts; read as often as rules refer to it.
    Fact(&'a [Value]),
    /// Collected from the facts by a wildcard.
    Collected(Collected<'a>),
}

impl<'a> Kind<'a> {
    pub(super) fn of(seen: Seen<'a>) -> Self {
        match seen {
            Seen::Undefined => Self::Undefined,
            Seen::Literal(value) => Self::of_value(value, List::Literal),
            Seen::Fact(value) => Self::of_value(value, List::Fact),
            Seen::Collected(collected) => Self::List(List::Collected(collected)),
            Seen::Character(text) => Self::Scalar(Scalar::Text(text)),
            Seen::HalfCharacter(half) => Self::Scalar(Scalar::HalfCharacter(half)),
            Seen::Length(length) => Self::Scalar(length_of(length)),
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

// As JavaScript reads a number: the nearest float, infinite when too large.
fn number_of<'a>(number: &serde_json::Number) -> Scalar<'a> {
    Scalar::Number(number.as_str().parse().unwrap_or(f64::NAN))
}

// No document holds more than 2^32 of anything.
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
            // Adding 0 makes 0 of -0, which is equal to it.
            Self::Number(number) => (number + 0.0).to_bits().hash(state),
            Self::Text(text) => text.hash(state),
            Self::HalfCharacter(half) => half.hash(state),
        }
    }
}
