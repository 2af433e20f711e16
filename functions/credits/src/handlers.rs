//! One file per operation: parse, read, decide, write, answer.

pub(crate) mod batch;
pub(crate) mod consume;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod get_expiration;
pub(crate) mod list;
pub(crate) mod list_by_parent;
pub(crate) mod patch;
pub(crate) mod path;
pub(crate) mod release;
pub(crate) mod replace;
pub(crate) mod search;

/// The deepest nesting of a credit. DynamoDB takes 32 levels, and a tombstone adds one.
pub(crate) const MAX_CREDIT_LEVELS: usize = 16;
