//! The ten operators.

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::fields::Report;
use crate::base::json::Place;

/// How a fact is held against a value. What each means is told in `rules::operators`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// The fact is the value.
    Equal,
    /// The fact is not the value.
    NotEqual,
    /// The fact is a member of the value, which is a list, or a part of it, which is a string.
    In,
    /// The fact is neither a member nor a part of the value.
    NotIn,
    /// The fact is a list that has the value as a member.
    Contains,
    /// The fact is a list that does not have the value as a member.
    DoesNotContain,
    /// The fact is less than the value.
    LessThan,
    /// The fact is less than the value or the same.
    LessThanInclusive,
    /// The fact is greater than the value.
    GreaterThan,
    /// The fact is greater than the value or the same.
    GreaterThanInclusive,
}

impl Operator {
    /// Every operator.
    pub const ALL: [Self; 10] = [
        Self::Equal,
        Self::NotEqual,
        Self::In,
        Self::NotIn,
        Self::Contains,
        Self::DoesNotContain,
        Self::LessThan,
        Self::LessThanInclusive,
        Self::GreaterThan,
        Self::GreaterThanInclusive,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::NotEqual => "notEqual",
            Self::In => "in",
            Self::NotIn => "notIn",
            Self::Contains => "contains",
            Self::DoesNotContain => "doesNotContain",
            Self::LessThan => "lessThan",
            Self::LessThanInclusive => "lessThanInclusive",
            Self::GreaterThan => "greaterThan",
            Self::GreaterThanInclusive => "greaterThanInclusive",
        }
    }
}

impl Serialize for Operator {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

pub(super) fn read_operator(
    value: Value,
    place: &Place<'_>,
    report: &mut Report,
) -> Option<Operator> {
    let word = value.as_str().unwrap_or_default();
    let known = Operator::ALL
        .into_iter()
        .find(|operator| operator.as_str() == word);
    known.or_else(|| {
        let words = Operator::ALL.map(|operator| format!("`{}`", operator.as_str()));
        report.fault(place, format!("must be one of {}", words.join(", ")))
    })
}
