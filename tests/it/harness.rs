//! Tests of the harness itself, because a test that cannot fail shows nothing.

mod api;
mod dynamodb_local;
mod faults;
mod policy;
mod proxy;
mod store;
