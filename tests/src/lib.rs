//! The harness of the integration tests: a real store, a way to break it, and
//! a client that speaks API Gateway's events. The tests themselves are in `it/`.
//!
//! In reading order:
//! - [`store`]: the store that this run tests against, and one table in it,
//! - [`bulk`]: thousands of credits in that table,
//! - [`dynamodb_local`] and [`embedded`]: the two stores,
//! - [`faults`]: answers lost, stale, refused or late, at the SDK's HTTP client,
//! - [`proxy`]: the same on a socket, between the SDK's own connections and the store,
//! - [`latency`]: a store that is further away,
//! - [`recorder`]: every call to the store, with the capacity it consumed,
//! - [`policy`]: the permissions of each function on the table,
//! - [`scale`]: the size of the longest tests,
//! - [`api`]: requests to a function, in process,
//! - [`events`]: the files of the folder `events`, and the expected answers,
//! - [`emulator`]: the functions' own binaries, as Lambda runs them.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a harness that cannot do its part has to fail the test at that line"
)]

pub mod api;
pub mod bulk;
pub mod dynamodb_local;
pub mod embedded;
pub mod emulator;
pub mod events;
pub mod faults;
mod guard;
pub mod latency;
pub mod policy;
mod port;
pub mod proxy;
pub mod recorder;
pub mod scale;
pub mod store;
