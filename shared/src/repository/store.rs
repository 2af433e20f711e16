//! What every access pattern is made of: the client, the table, items and their sizes, the log of an
//! item's writes, and what a failure means.

pub(crate) mod attempts;
pub(crate) mod attribute;
pub mod backoff;
pub mod client;
pub mod entity;
pub(crate) mod failure;
mod integrity;
pub mod item;
pub(crate) mod item_size;
pub(crate) mod keyed_writes;
mod metering;
pub mod table;
pub(crate) mod write_log;
