//! One file per operation: parse, read, decide, write, answer.

pub(crate) mod batch;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod evaluate;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod patch;
pub(crate) mod path;
pub(crate) mod replace;

/// The deepest nesting of a rule set. Ten groups of conditions take two levels each. DynamoDB takes
/// 32 levels, and a tombstone adds one.
pub(crate) const MAX_RULE_SET_LEVELS: usize = 26;
