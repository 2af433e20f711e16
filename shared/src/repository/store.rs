//! The parts of every access pattern: the client, the table, items and their sizes, the log of an
//! item's writes, and the meaning of a failure.

pub(crate) mod attempts;
pub(crate) mod attribute;
pub mod backoff;
pub(crate) mod bookkeeping;
pub(crate) mod bytes_read;
pub mod client;
pub mod entity;
pub(crate) mod failure;
mod integrity;
mod invocation_interceptor;
pub mod item;
pub(crate) mod item_size;
pub(crate) mod keyed_writes;
pub(crate) mod projection;
pub mod table;
pub(crate) mod write_log;
