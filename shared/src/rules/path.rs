//! Looks into a fact, as jsonpath-plus does for json-rules-engine.
//!
//! Only the differences that the contract names are allowed, so these quirks of jsonpath-plus are
//! kept: a number is an index into a list in every notation (`$.list.0`); lists and texts have a
//! `length`; an index into a text gives a UTF-16 unit; a wildcard also goes through the members of
//! an object; a wildcard that collects nothing gives undefined, not an empty list.

use serde_json::Value;

use super::error::RuleError;
use super::facts::Facts;
use super::resolved::{Collected, Resolved};
use super::text;
use super::work::Work;
use crate::model::rule_set::{FactPath, Step};

/// The answer of a visitor: whether it wants more members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Walk {
    GoOn,
    Stop,
}

/// Returns the value of the fact `name` at `path`. The path is ignored if the fact is neither an
/// object nor a list.
pub(super) fn look_up<'a>(
    facts: &'a Facts,
    name: &str,
    path: Option<&'a FactPath>,
    work: &mut Work<'a>,
) -> Result<Resolved<'a>, RuleError> {
    match (facts.get(name), path) {
        (None, _) => Ok(Resolved::Undefined),
        (Some(root @ (Value::Object(_) | Value::Array(_))), Some(path)) => {
            follow(root, path.steps(), work)
        }
        (Some(value), _) => Ok(Resolved::Fact(value)),
    }
}

fn follow<'a>(
    root: &'a Value,
    steps: &'a [Step],
    work: &mut Work<'a>,
) -> Result<Resolved<'a>, RuleError> {
    if steps.contains(&Step::Every) {
        return collect(Collected { root, steps }, work);
    }
    let mut end = Resolved::Undefined;
    let mut keep = |value, _: &mut Work<'a>| {
        end = value;
        Ok(Walk::Stop)
    };
    walk(Resolved::Fact(root), steps, work, &mut keep)?;
    Ok(end)
}

fn collect<'a>(collected: Collected<'a>, work: &mut Work<'a>) -> Result<Resolved<'a>, RuleError> {
    let key = collected.key();
    let has_members = match work.matches.get(&key) {
        Some(known) => *known,
        None => {
            let found = collected.visit(work, &mut |_, _| Ok(Walk::Stop))? == Walk::Stop;
            work.matches.insert(key, found);
            found
        }
    };
    Ok(if has_members {
        Resolved::Collected(collected)
    } else {
        Resolved::Undefined
    })
}

type Visitor<'v, 'a> = dyn FnMut(Resolved<'a>, &mut Work<'a>) -> Result<Walk, RuleError> + 'v;

impl<'a> Collected<'a> {
    /// Calls `visit` with one member after the other, until it stops.
    pub(super) fn visit(
        self,
        work: &mut Work<'a>,
        visit: &mut Visitor<'_, 'a>,
    ) -> Result<Walk, RuleError> {
        walk(Resolved::Fact(self.root), self.steps, work, visit)
    }

    /// Returns a key that differs from the key of every other list in the same facts.
    pub(super) fn key(self) -> (usize, &'a [Step]) {
        (std::ptr::from_ref(self.root).addr(), self.steps)
    }
}

fn walk<'a>(
    at: Resolved<'a>,
    steps: &'a [Step],
    work: &mut Work<'a>,
    visit: &mut Visitor<'_, 'a>,
) -> Result<Walk, RuleError> {
    let Some((step, rest)) = steps.split_first() else {
        return visit(at, work);
    };
    match step {
        Step::Every => walk_every(at, rest, work, visit),
        Step::Member { name, index } => match member(at, name, *index, work)? {
            Resolved::Undefined => Ok(Walk::GoOn),
            next => walk(next, rest, work, visit),
        },
    }
}

fn walk_every<'a>(
    at: Resolved<'a>,
    rest: &'a [Step],
    work: &mut Work<'a>,
    visit: &mut Visitor<'_, 'a>,
) -> Result<Walk, RuleError> {
    let mut each = |child| {
        work.look()?;
        walk(Resolved::Fact(child), rest, work, visit)
    };
    match at {
        Resolved::Fact(Value::Array(items)) => until_stopped(items.iter(), &mut each),
        Resolved::Fact(Value::Object(members)) => until_stopped(members.values(), &mut each),
        _ => Ok(Walk::GoOn),
    }
}

fn until_stopped<'a>(
    mut children: impl Iterator<Item = &'a Value>,
    each: &mut impl FnMut(&'a Value) -> Result<Walk, RuleError>,
) -> Result<Walk, RuleError> {
    let stop = children.find_map(|child| match each(child) {
        Ok(Walk::GoOn) => None,
        ended => Some(ended),
    });
    stop.unwrap_or(Ok(Walk::GoOn))
}

fn member<'a>(
    at: Resolved<'a>,
    name: &str,
    index: Option<usize>,
    work: &mut Work<'a>,
) -> Result<Resolved<'a>, RuleError> {
    match at {
        Resolved::Fact(Value::Object(members)) => Ok(part(members.get(name))),
        Resolved::Fact(Value::Array(items)) if name == "length" => {
            Ok(Resolved::Length(items.len()))
        }
        Resolved::Fact(Value::Array(items)) => Ok(part(index.and_then(|index| items.get(index)))),
        Resolved::Fact(Value::String(text)) => {
            work.read(text)?;
            Ok(text::member(text, name, index))
        }
        Resolved::Character(text) => Ok(text::member(text, name, index)),
        Resolved::HalfCharacter(_) if name == "length" => Ok(Resolved::Length(1)),
        Resolved::HalfCharacter(_) if index == Some(0) => Ok(at),
        _ => Ok(Resolved::Undefined),
    }
}

fn part(value: Option<&Value>) -> Resolved<'_> {
    value.map_or(Resolved::Undefined, Resolved::Fact)
}
