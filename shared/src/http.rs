//! The way in and out; inside `shared`, the only importer of axum and lambda_http.
//!
//! event → [`function`] → [`app`] (request id, log line, panics, deadline) → router →
//! extractors ([`session`], [`path`], [`query`], [`body`], [`header`]) → handler → [`response`], or
//! an error → [`problem`].

pub mod api;
pub mod app;
pub mod body;
pub mod caller;
mod context;
pub mod dispatch;
mod fallback;
pub mod function;
pub mod header;
mod observe;
pub mod openapi;
mod operations;
pub mod path;
pub mod problem;
pub mod query;
mod registration;
pub mod response;
pub mod session;
pub mod state;
pub mod timeout;
