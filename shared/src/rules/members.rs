//! Looks for members of a list.

use std::collections::HashSet;

use serde_json::Value;

use super::error::RuleError;
use super::path::Walk;
use super::resolved::{Collected, Resolved};
use super::typed_value::{List, Scalar, TypedValue};
use super::work::{ListKey, Work};

// Up to this length, reading the list costs less than a look-up in its index.
const MAX_UNINDEXED: usize = 16;

impl<'a> List<'a> {
    /// Returns whether `wanted` strictly equals a member. A list or an object equals nothing.
    pub(super) fn holds(
        self,
        wanted: TypedValue<'a>,
        work: &mut Work<'a>,
    ) -> Result<bool, RuleError> {
        match (self, wanted.scalar()) {
            (_, None) => Ok(false),
            (Self::Literal(items), Some(wanted)) => Ok(reads(items, wanted)),
            (Self::Fact(items), Some(wanted)) if items.len() <= MAX_UNINDEXED => {
                Ok(reads(items, wanted))
            }
            (Self::Fact(items), Some(wanted)) => {
                let key = (items.as_ptr().addr(), &[][..]);
                look_in_index(key, wanted, work, |work| index(items, work))
            }
            (Self::Collected(list), Some(wanted)) => {
                look_in_index(list.key(), wanted, work, |work| index_collected(list, work))
            }
        }
    }
}

fn reads<'a>(items: &'a [Value], wanted: Scalar<'a>) -> bool {
    items
        .iter()
        .any(|item| TypedValue::of(Resolved::Fact(item)).scalar() == Some(wanted))
}

fn look_in_index<'a>(
    key: ListKey<'a>,
    wanted: Scalar<'a>,
    work: &mut Work<'a>,
    index: impl FnOnce(&mut Work<'a>) -> Result<HashSet<Scalar<'a>>, RuleError>,
) -> Result<bool, RuleError> {
    if let Some(members) = work.members.get(&key) {
        return Ok(members.contains(&wanted));
    }
    let members = index(work)?;
    let holds = members.contains(&wanted);
    work.members.insert(key, members);
    Ok(holds)
}

fn index<'a>(items: &'a [Value], work: &mut Work<'a>) -> Result<HashSet<Scalar<'a>>, RuleError> {
    let mut members = HashSet::with_capacity(items.len());
    for item in items {
        note(Resolved::Fact(item), &mut members, work)?;
    }
    Ok(members)
}

fn index_collected<'a>(
    list: Collected<'a>,
    work: &mut Work<'a>,
) -> Result<HashSet<Scalar<'a>>, RuleError> {
    let mut members = HashSet::new();
    let mut visit = |value, work: &mut Work<'a>| {
        note(value, &mut members, work)?;
        Ok(Walk::GoOn)
    };
    list.visit(work, &mut visit)?;
    Ok(members)
}

fn note<'a>(
    value: Resolved<'a>,
    members: &mut HashSet<Scalar<'a>>,
    work: &mut Work<'a>,
) -> Result<(), RuleError> {
    work.look()?;
    if let Some(scalar) = TypedValue::of(value).scalar() {
        if let Scalar::Text(text) = scalar {
            work.read(text)?;
        }
        members.insert(scalar);
    }
    Ok(())
}
