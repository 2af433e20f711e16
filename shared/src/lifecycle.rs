//! Decides what becomes of a credit: when it expires, when it is archived, which credits an
//! application uses up. All decisions are pure: handlers and the sweep read before them, and write
//! after them.

pub mod allocation;
pub mod archival;
pub mod expiration;
