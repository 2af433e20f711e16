//! The ten operators of json-rules-engine 7 (`docs/expiration.md#14-conditions`).
//!
//! The contract differs in two points: lists and objects equal nothing and are not ordered; and
//! where the engine throws or converts a value into a text, the answer is `false` (for `notIn` of a
//! text: `true`).

use std::cmp::Ordering;

use super::error::RuleError;
use super::resolved::Resolved;
use super::typed_value::{Scalar, TypedValue};
use super::work::Work;
use super::{number, text};
use crate::model::rule_set::Operator;

/// Returns whether the operator holds between `fact` and `value`.
pub(super) fn holds<'a>(
    operator: Operator,
    fact: Resolved<'a>,
    value: Resolved<'a>,
    work: &mut Work<'a>,
) -> Result<bool, RuleError> {
    let (fact, value) = (TypedValue::of(fact), TypedValue::of(value));
    Ok(match operator {
        Operator::Equal => are_equal(fact, value),
        Operator::NotEqual => !are_equal(fact, value),
        Operator::In => is_in(fact, value, work)? == Some(true),
        Operator::NotIn => is_in(fact, value, work)? == Some(false),
        Operator::Contains => contains(fact, value, work)? == Some(true),
        Operator::DoesNotContain => contains(fact, value, work)? == Some(false),
        Operator::LessThan => order(fact, value, work)?.is_some_and(Ordering::is_lt),
        Operator::LessThanInclusive => order(fact, value, work)?.is_some_and(Ordering::is_le),
        Operator::GreaterThan => order(fact, value, work)?.is_some_and(Ordering::is_gt),
        Operator::GreaterThanInclusive => order(fact, value, work)?.is_some_and(Ordering::is_ge),
    })
}

// Compares strictly, without conversions. Two undefined values are equal.
fn are_equal(fact: TypedValue<'_>, value: TypedValue<'_>) -> bool {
    match (fact, value) {
        (TypedValue::Undefined, TypedValue::Undefined) => true,
        (TypedValue::Scalar(fact), TypedValue::Scalar(value)) => fact == value,
        (
            TypedValue::Undefined
            | TypedValue::Scalar(_)
            | TypedValue::List(_)
            | TypedValue::Object,
            _,
        ) => false,
    }
}

// Returns `None` when the value has no members, which only a reference to a fact can have.
fn is_in<'a>(
    fact: TypedValue<'a>,
    value: TypedValue<'a>,
    work: &mut Work<'a>,
) -> Result<Option<bool>, RuleError> {
    match value {
        TypedValue::List(list) => list.holds(fact, work).map(Some),
        TypedValue::Scalar(Scalar::Text(whole)) => is_part(fact, whole, work).map(Some),
        TypedValue::Scalar(Scalar::HalfCharacter(half)) => Ok(Some(is_part_of_half(fact, half))),
        TypedValue::Scalar(_) | TypedValue::Undefined | TypedValue::Object => Ok(None),
    }
}

fn is_part(fact: TypedValue<'_>, whole: &str, work: &mut Work<'_>) -> Result<bool, RuleError> {
    match fact.scalar() {
        Some(Scalar::Text(part)) if part.len() <= whole.len() => {
            work.read(whole)?;
            Ok(whole.contains(part))
        }
        Some(Scalar::HalfCharacter(half)) => {
            work.read(whole)?;
            Ok(text::has_half(whole, half))
        }
        Some(_) | None => Ok(false),
    }
}

// The parts of half a character are that half and the empty text.
fn is_part_of_half(fact: TypedValue<'_>, half: u16) -> bool {
    match fact.scalar() {
        Some(Scalar::HalfCharacter(part)) => part == half,
        Some(Scalar::Text(part)) => part.is_empty(),
        Some(_) | None => false,
    }
}

// Returns `None` when the fact is not a list.
fn contains<'a>(
    fact: TypedValue<'a>,
    value: TypedValue<'a>,
    work: &mut Work<'a>,
) -> Result<Option<bool>, RuleError> {
    match fact {
        TypedValue::List(list) => list.holds(value, work).map(Some),
        TypedValue::Undefined | TypedValue::Scalar(_) | TypedValue::Object => Ok(None),
    }
}

// Returns `None` when the two are not ordered.
fn order(
    fact: TypedValue<'_>,
    value: TypedValue<'_>,
    work: &mut Work<'_>,
) -> Result<Option<Ordering>, RuleError> {
    let (Some(fact), Some(value)) = (fact.scalar(), value.scalar()) else {
        return Ok(None);
    };
    for side in [fact, value] {
        if let Scalar::Text(text) = side {
            work.read(text)?;
        }
    }
    Ok(match (fact, value) {
        (Scalar::Text(fact), _) if !number::starts_with_number(fact) => None,
        (Scalar::Text(fact), Scalar::Text(value)) => Some(text::order(fact, value)),
        // A number comes first in UTF-16 order too: it starts with a unit below every half.
        (Scalar::Text(_), Scalar::HalfCharacter(_)) => Some(Ordering::Less),
        (Scalar::Number(_) | Scalar::Text(_), value) => as_number(fact)
            .zip(as_number(value))
            .and_then(|(fact, value)| fact.partial_cmp(&value)),
        (Scalar::Null | Scalar::Bool(_) | Scalar::HalfCharacter(_), _) => None,
    })
}

fn as_number(scalar: Scalar<'_>) -> Option<f64> {
    match scalar {
        Scalar::Null => Some(0.0),
        Scalar::Bool(yes) => Some(f64::from(u8::from(yes))),
        Scalar::Number(number) => Some(number),
        Scalar::Text(text) => number::to_number(text),
        Scalar::HalfCharacter(_) => None,
    }
}
