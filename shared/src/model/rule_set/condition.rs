//! The tree of conditions: groups down to comparisons.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::comparison::{Comparison, read_comparison};
use super::fields::{Fields, Report};
use super::limits::MAX_GROUP_LEVELS;
use crate::base::json::Place;

const LEAF_FIELDS: [&str; 4] = ["fact", "operator", "path", "value"];

/// A node of the tree.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Condition {
    /// Conditions that hold together, or one for all.
    Group(Group),
    /// A leaf.
    Compare(Comparison),
}

/// `all` or `any` of a list of conditions; an empty list holds, whichever it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    quantifier: Quantifier,
    members: Vec<Condition>,
    sibling: Option<Empty>,
}

/// How many members of a group must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// Every one.
    All,
    /// At least one.
    Any,
}

/// An empty `all` or `any` that counts as absent; kept, so that it is answered as it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Empty {
    /// `[]`
    List,
    /// `{}`
    Object,
}

impl Group {
    /// How many must hold.
    pub fn quantifier(&self) -> Quantifier {
        self.quantifier
    }

    /// The conditions of the group, in order.
    pub fn members(&self) -> &[Condition] {
        &self.members
    }
}

impl Quantifier {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Any => "any",
        }
    }

    fn other(self) -> Self {
        match self {
            Self::All => Self::Any,
            Self::Any => Self::All,
        }
    }
}

impl Serialize for Group {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(self.quantifier.as_str(), &self.members)?;
        if let Some(sibling) = self.sibling {
            map.serialize_entry(self.quantifier.other().as_str(), &sibling)?;
        }
        map.end()
    }
}

impl Serialize for Empty {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::List => [(); 0].serialize(serializer),
            Self::Object => Map::new().serialize(serializer),
        }
    }
}

/// Reads the conditions of a rule: a group.
pub(super) fn read_root(value: Value, place: &Place<'_>, report: &mut Report) -> Option<Group> {
    match read_node(value, place, 1, report)? {
        Condition::Group(group) => Some(group),
        Condition::Compare(_) => report.fault(place, "must have `all` or `any`"),
    }
}

// `level` is the one that a group here would have.
fn read_node(
    value: Value,
    place: &Place<'_>,
    level: usize,
    report: &mut Report,
) -> Option<Condition> {
    let mut fields = Fields::of(value, place, report)?;
    let all = read_side(&mut fields, Quantifier::All, report);
    let any = read_side(&mut fields, Quantifier::Any, report);
    let is_leaf = fields.has_any(&LEAF_FIELDS);
    match (all?, any?) {
        (Side::Full(_), Side::Full(_)) => report.fault(
            place,
            "must not have both `all` and `any`; nest one in the other",
        ),
        (Side::Full(_), _) | (_, Side::Full(_)) if is_leaf => {
            report.fault(place, "must be either a comparison or a group, not both")
        }
        (Side::Full(items), Side::Empty(sibling)) => {
            read_group(fields, Quantifier::All, items, sibling, level, report)
        }
        (Side::Empty(sibling), Side::Full(items)) => {
            read_group(fields, Quantifier::Any, items, sibling, level, report)
        }
        (Side::Empty(all), Side::Empty(any)) if is_leaf => {
            read_comparison(fields, (all, any), report).map(Condition::Compare)
        }
        (Side::Empty(all), Side::Empty(any)) => read_empty_group(fields, all, any, level, report),
    }
}

// What is under `all` or `any`.
enum Side {
    Empty(Option<Empty>),
    Full(Vec<Value>),
}

fn read_side(fields: &mut Fields<'_>, quantifier: Quantifier, report: &mut Report) -> Option<Side> {
    match fields.take(quantifier.as_str()) {
        None => Some(Side::Empty(None)),
        Some(Value::Array(items)) if items.is_empty() => Some(Side::Empty(Some(Empty::List))),
        Some(Value::Object(members)) if members.is_empty() => {
            Some(Side::Empty(Some(Empty::Object)))
        }
        Some(Value::Array(items)) => Some(Side::Full(items)),
        Some(_) => not_a_list(fields, quantifier, report),
    }
}

fn read_empty_group(
    fields: Fields<'_>,
    all: Option<Empty>,
    any: Option<Empty>,
    level: usize,
    report: &mut Report,
) -> Option<Condition> {
    match (all, any) {
        (Some(Empty::Object), _) => not_a_list(&fields, Quantifier::All, report),
        (_, Some(Empty::Object)) => not_a_list(&fields, Quantifier::Any, report),
        (Some(Empty::List), sibling) => {
            read_group(fields, Quantifier::All, Vec::new(), sibling, level, report)
        }
        (None, Some(Empty::List)) => {
            read_group(fields, Quantifier::Any, Vec::new(), None, level, report)
        }
        (None, None) if level == 1 => report.fault(fields.place(), "must have `all` or `any`"),
        (None, None) => {
            let message = "must have `fact`, `operator` and `value`, or `all`, or `any`";
            report.fault(fields.place(), message)
        }
    }
}

fn not_a_list<T>(fields: &Fields<'_>, quantifier: Quantifier, report: &mut Report) -> Option<T> {
    report.fault(
        &fields.place().member(quantifier.as_str()),
        "must be a list of conditions",
    )
}

fn read_group(
    mut fields: Fields<'_>,
    quantifier: Quantifier,
    items: Vec<Value>,
    sibling: Option<Empty>,
    level: usize,
    report: &mut Report,
) -> Option<Condition> {
    let place = fields.place();
    // Known members that are null here; the leaf that they would make is not there.
    for name in LEAF_FIELDS {
        fields.take(name);
    }
    fields.refuse_the_rest(report);
    if level > MAX_GROUP_LEVELS {
        return report.fault(
            place,
            format!("must not be nested in more than {MAX_GROUP_LEVELS} groups"),
        );
    }
    let list = place.member(quantifier.as_str());
    let read = |(at, item)| read_node(item, &list.item(at), level + 1, report);
    let members = items.into_iter().enumerate().filter_map(read).collect();
    Some(Condition::Group(Group {
        quantifier,
        members,
        sibling,
    }))
}
