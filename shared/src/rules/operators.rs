//! The ten operators, as json-rules-engine 7 has them (`docs/expiration.md#14-conditions`).
//!
//! What the contract changes: lists and objects equal nothing and are in no order, and where the
//! engine would throw or turn a value into a text, the answer is `false` (for `notIn` of a text: true).

use std::cmp::Ordering;

use super::error::RuleError;
use super::kind::{Kind, Scalar};
use super::seen::Seen;
use super::work::Work;
use super::{number, text};
use crate::model::rule_set::Operator;

/// Whether `fact` and `value` are as the operator says.
pub(super) fn holds<'a>(
    operator: Operator,
    fact: Seen<'a>,
    value: Seen<'a>,
    work: &mut Work<'a>,
) -> Result<bool, RuleError> {
    let (fact, value) = (Kind::of(fact), Kind::of(value));
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

// Strict: nothing is turned into anything. Two undefined values are equal.
fn are_equal(fact: Kind<'_>, value: Kind<'_>) -> bool {
    match (fact, value) {
        (Kind::Undefined, Kind::Undefined) => true,
        (Kind::Scalar(fact), Kind::Scalar(value)) => fact == value,
        (Kind::Undefined | Kind::Scalar(_) | Kind::List(_) | Kind::Object, _) => false,
    }
}

// `None` when the value has no members: only a fact reference can turn out so.
fn is_in<'a>(
    fact: Kind<'a>,
    value: Kind<'a>,
    work: &mut Work<'a>,
) -> Result<Option<bool>, RuleError> {
    match value {
        Kind::List(list) => list.holds(fact, work).map(Some),
        Kind::Scalar(Scalar::Text(whole)) => is_part(fact, whole, work).map(Some),
        Kind::Scalar(Scalar::HalfCharacter(half)) => Ok(Some(is_part_of_half(fact, half))),
        Kind::Scalar(_) | Kind::Undefined | Kind::Object => Ok(None),
    }
}

fn is_part(fact: Kind<'_>, whole: &str, work: &mut Work<'_>) -> Result<bool, RuleError> {
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

// Of half a character, only itself and nothing are parts.
fn is_part_of_half(fact: Kind<'_>, half: u16) -> bool {
    match fact.scalar() {
        Some(Scalar::HalfCharacter(part)) => part == half,
        Some(Scalar::Text(part)) => part.is_empty(),
        Some(_) | None => false,
    }
}

// `None` when the fact is no list.
fn contains<'a>(
    fact: Kind<'a>,
    value: Kind<'a>,
    work: &mut Work<'a>,
) -> Result<Option<bool>, RuleError> {
    match fact {
        Kind::List(list) => list.holds(value, work).map(Some),
        Kind::Undefined | Kind::Scalar(_) | Kind::Object => Ok(None),
    }
}

// `None` when the two are in no order.
fn order(
    fact: Kind<'_>,
    value: Kind<'_>,
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
