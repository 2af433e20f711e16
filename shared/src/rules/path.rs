//! Looking into a fact, as jsonpath-plus does for json-rules-engine.
//!
//! Quirks of it that are kept, since only the differences that the contract names are allowed: a
//! number is an index into a list however it is written (`$.list.0`); lists and texts have a `length`;
//! an index into a text gives a UTF-16 unit of it; a wildcard also goes through the members of an
//! object; a wildcard that collects nothing gives undefined and not an empty list.

use serde_json::Value;

use super::error::RuleError;
use super::facts::Facts;
use super::seen::{Collected, Seen};
use super::text;
use super::work::Work;
use crate::model::rule_set::{FactPath, Step};

/// Whether a visitor wants to see more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Walk {
    GoOn,
    Stop,
}

/// What the fact `name` has at `path`. The path of a fact that is neither object nor list is ignored.
pub(super) fn look_up<'a>(
    facts: &'a Facts,
    name: &str,
    path: Option<&'a FactPath>,
    work: &mut Work<'a>,
) -> Result<Seen<'a>, RuleError> {
    match (facts.get(name), path) {
        (None, _) => Ok(Seen::Undefined),
        (Some(root @ (Value::Object(_) | Value::Array(_))), Some(path)) => {
            follow(root, path.steps(), work)
        }
        (Some(value), _) => Ok(Seen::Fact(value)),
    }
}

fn follow<'a>(
    root: &'a Value,
    steps: &'a [Step],
    work: &mut Work<'a>,
) -> Result<Seen<'a>, RuleError> {
    if steps.contains(&Step::Every) {
        return collect(Collected { root, steps }, work);
    }
    let mut end = Seen::Undefined;
    let mut keep = |seen, _: &mut Work<'a>| {
        end = seen;
        Ok(Walk::Stop)
    };
    walk(Seen::Fact(root), steps, work, &mut keep)?;
    Ok(end)
}

fn collect<'a>(collected: Collected<'a>, work: &mut Work<'a>) -> Result<Seen<'a>, RuleError> {
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
        Seen::Collected(collected)
    } else {
        Seen::Undefined
    })
}

type Visitor<'v, 'a> = dyn FnMut(Seen<'a>, &mut Work<'a>) -> Result<Walk, RuleError> + 'v;

impl<'a> Collected<'a> {
    /// Shows the members to `visit`, one by one, until it has seen enough.
    pub(super) fn visit(
        self,
        work: &mut Work<'a>,
        visit: &mut Visitor<'_, 'a>,
    ) -> Result<Walk, RuleError> {
        walk(Seen::Fact(self.root), self.steps, work, visit)
    }

    /// What tells it from every other list in the same facts.
    pub(super) fn key(self) -> (usize, &'a [Step]) {
        (std::ptr::from_ref(self.root).addr(), self.steps)
    }
}

fn walk<'a>(
    at: Seen<'a>,
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
            Seen::Undefined => Ok(Walk::GoOn),
            next => walk(next, rest, work, visit),
        },
    }
}

fn walk_every<'a>(
    at: Seen<'a>,
    rest: &'a [Step],
    work: &mut Work<'a>,
    visit: &mut Visitor<'_, 'a>,
) -> Result<Walk, RuleError> {
    let mut each = |child| {
        work.look()?;
        walk(Seen::Fact(child), rest, work, visit)
    };
    match at {
        Seen::Fact(Value::Array(items)) => until_stopped(items.iter(), &mut each),
        Seen::Fact(Value::Object(members)) => until_stopped(members.values(), &mut each),
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
    at: Seen<'a>,
    name: &str,
    index: Option<usize>,
    work: &mut Work<'a>,
) -> Result<Seen<'a>, RuleError> {
    match at {
        Seen::Fact(Value::Object(members)) => Ok(part(members.get(name))),
        Seen::Fact(Value::Array(items)) if name == "length" => Ok(Seen::Length(items.len())),
        Seen::Fact(Value::Array(items)) => Ok(part(index.and_then(|index| items.get(index)))),
        Seen::Fact(Value::String(text)) => {
            work.read(text)?;
            Ok(text::member(text, name, index))
        }
        Seen::Character(text) => Ok(text::member(text, name, index)),
        Seen::HalfCharacter(_) if name == "length" => Ok(Seen::Length(1)),
        Seen::HalfCharacter(_) if index == Some(0) => Ok(at),
        _ => Ok(Seen::Undefined),
    }
}

fn part(value: Option<&Value>) -> Seen<'_> {
    value.map_or(Seen::Undefined, Seen::Fact)
}
