//! The values on the two sides of a comparison.

use serde_json::Value;

use crate::model::rule_set::Step;

/// A value that was looked up. It is borrowed: facts are not copied to be compared.
#[derive(Clone, Copy, Debug)]
pub(super) enum Resolved<'a> {
    /// The fact is missing, or the path leads to nothing.
    Undefined,
    /// A value in the rule.
    Literal(&'a Value),
    /// A fact, or a part of one.
    Fact(&'a Value),
    /// A list that a path with `[*]` collects, of at least one member.
    Collected(Collected<'a>),
    /// A character of a text.
    Character(&'a str),
    /// Half of a character of a text: JavaScript counts in UTF-16.
    HalfCharacter(u16),
    /// The length of a list or of a text.
    Length(usize),
}

/// The members of `root` at the end of `steps`, of which at least one is a wildcard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Collected<'a> {
    pub(super) root: &'a Value,
    pub(super) steps: &'a [Step],
}
