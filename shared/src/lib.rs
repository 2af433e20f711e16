//! The rooms that every function shares, from the model to HTTP.
//!
//! Eight rooms. `tests/it/coverage/layering.rs` lists which room may use which, and holds the list
//! against the code.
//!
//! | room | holds |
//! |---|---|
//! | [`base`] | what every room speaks: errors, JSON, digests, the clock |
//! | [`model`] | values that cannot be invalid; pure |
//! | [`rules`] | the rule that matches, and the dates; pure |
//! | [`lifecycle`] | the fate of a credit: expiration, archival, use by an application; pure |
//! | [`protocol`] | the API's mechanics: patches, pages, preconditions, keys, batches; neither the table nor HTTP |
//! | [`runtime`] | the life of a function: configuration, invocation, deadline, telemetry |
//! | [`repository`] | the table; the only room that imports the DynamoDB SDK |
//! | [`http`] | the way in and out; the only room that imports axum and lambda_http |
//!
//! Reading order for a newcomer: `model::credit`, `repository::records::read`, `http::app`,
//! and then the handlers of `functions/credits`.

pub mod base;
pub mod http;
pub mod lifecycle;
pub mod model;
pub mod protocol;
pub mod repository;
pub mod rules;
pub mod runtime;
