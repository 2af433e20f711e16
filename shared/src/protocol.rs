//! The API's mechanics, for every kind of record. They know neither the table nor HTTP.

pub mod batch;
pub mod conditions;
pub mod cursor;
pub mod idempotency;
pub mod page;
pub mod patch;
pub mod projection;
