//! The tree of conditions: groups down to comparisons.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::comparison::{Comparison, read_comparison};
use super::empty::Empty;
use super::limits::MAX_GROUP_LEVELS;
use crate::base::json::{Fields, Input};

const LEAF_FIELDS: [&str; 4] = ["fact", "operator", "path", "value"];
const NOT_A_GROUP: &str = "must have `all` or `any`";

/// A node of the tree of conditions.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Condition {
    /// A group of conditions.
    Group(Group),
    /// A leaf.
    Compare(Comparison),
}

/// `all` or `any` of a list of conditions. An empty list holds, as `all` and as `any`.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    quantifier: Quantifier,
    members: Vec<Condition>,
    sibling: Option<Empty>,
}

/// The number of members of a group that must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// Every one.
    All,
    /// At least one.
    Any,
}

impl Group {
    /// Returns the number of members that must hold.
    pub fn quantifier(&self) -> Quantifier {
        self.quantifier
    }

    /// Returns the conditions of the group, in order.
    pub fn members(&self) -> &[Condition] {
        &self.members
    }

    /// Returns the number of comparisons in the group and in the groups inside of it.
    pub(super) fn leaves(&self) -> usize {
        let leaves = |member: &Condition| match member {
            Condition::Group(group) => group.leaves(),
            Condition::Compare(_) => 1,
        };
        self.members.iter().map(leaves).sum()
    }
}

impl Quantifier {
    /// Returns the member's name: `all` or `any`.
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

/// Reads the conditions of a rule: a group.
pub(super) fn read_group(input: Input<'_>) -> Option<Group> {
    match read_node(input, 1)? {
        Condition::Group(group) => Some(group),
        Condition::Compare(_) => None,
    }
}

// Reads a group, which would be on `level`, or a comparison.
fn read_node(input: Input<'_>, level: usize) -> Option<Condition> {
    let mut fields = input.fields()?;
    let all = read_side(&mut fields, Quantifier::All);
    let any = read_side(&mut fields, Quantifier::Any);
    let is_leaf = LEAF_FIELDS.iter().any(|name| fields.has(name));
    match (all?, any?) {
        (Side::Full(_), Side::Full(_)) => {
            fields.refuse("must not have both `all` and `any`; nest one in the other")
        }
        (Side::Full(_), _) | (_, Side::Full(_)) if is_leaf => {
            fields.refuse("must be either a comparison or a group, not both")
        }
        (Side::Full(items), Side::Empty(sibling)) => {
            read_members(fields, Quantifier::All, items, sibling, level)
        }
        (Side::Empty(sibling), Side::Full(items)) => {
            read_members(fields, Quantifier::Any, items, sibling, level)
        }
        (Side::Empty(_), Side::Empty(_)) if is_leaf && level == 1 => fields.refuse(NOT_A_GROUP),
        (Side::Empty(all), Side::Empty(any)) if is_leaf => {
            read_comparison(fields, (all, any)).map(Condition::Compare)
        }
        (Side::Empty(all), Side::Empty(any)) => read_empty_group(fields, all, any, level),
    }
}

// The value of `all` or `any`.
enum Side {
    Empty(Option<Empty>),
    Full(Value),
}

fn read_side(fields: &mut Fields<'_>, quantifier: Quantifier) -> Option<Side> {
    let Some(value) = fields.take(quantifier.as_str()) else {
        return Some(Side::Empty(None));
    };
    match Empty::of(&value) {
        Some(empty) => Some(Side::Empty(Some(empty))),
        None if value.is_array() => Some(Side::Full(value)),
        None => not_a_list(fields, quantifier),
    }
}

fn read_empty_group(
    mut fields: Fields<'_>,
    all: Option<Empty>,
    any: Option<Empty>,
    level: usize,
) -> Option<Condition> {
    let none = Value::Array(Vec::new());
    match (all, any) {
        (Some(Empty::Object), _) => not_a_list(&mut fields, Quantifier::All),
        (_, Some(Empty::Object)) => not_a_list(&mut fields, Quantifier::Any),
        (Some(Empty::List), sibling) => read_members(fields, Quantifier::All, none, sibling, level),
        (None, Some(Empty::List)) => read_members(fields, Quantifier::Any, none, None, level),
        (None, None) if level == 1 => fields.refuse(NOT_A_GROUP),
        (None, None) => {
            fields.refuse("must have `fact`, `operator` and `value`, or `all`, or `any`")
        }
    }
}

fn not_a_list<T>(fields: &mut Fields<'_>, quantifier: Quantifier) -> Option<T> {
    fields.refuse_member(quantifier.as_str(), "must be a list");
    None
}

fn read_members(
    mut fields: Fields<'_>,
    quantifier: Quantifier,
    items: Value,
    sibling: Option<Empty>,
    level: usize,
) -> Option<Condition> {
    if level > MAX_GROUP_LEVELS {
        let message = format_args!("must not be nested in more than {MAX_GROUP_LEVELS} groups");
        return fields.refuse(message);
    }
    // These members are `null` here: with one of them, this would be a comparison.
    fields.ignore(&LEAF_FIELDS);
    let members = fields.read_taken(quantifier.as_str(), items, |items| {
        items.list(|item| read_node(item, level + 1))
    });
    fields.finish();
    Some(Condition::Group(Group {
        quantifier,
        members: members?,
        sibling,
    }))
}
