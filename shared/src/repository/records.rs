//! The access patterns that credits and rule sets share: to read, create, change, delete, list and
//! restore a record.

pub mod collection;
pub mod create;
pub(crate) mod credit;
pub(crate) mod put;
pub mod query;
pub mod read;
pub mod restore;
pub mod rewrite;
mod rule_set;
pub mod tombstone;
pub mod written;
