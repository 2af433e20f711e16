//! Records of a tenant, of whatever kind: reading, creating, changing, deleting, listing, restoring.

pub mod collection;
pub(crate) mod credit;
pub mod query;
pub mod recovery;
pub mod rewrite;
mod rule_set;
pub mod tombstone;
pub mod written;
