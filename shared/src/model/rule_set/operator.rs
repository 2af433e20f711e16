//! The ten operators of json-rules-engine.

use serde::{Deserialize, Serialize};

/// Compares a fact with a value. `rules::operators` defines what each operator means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
}
