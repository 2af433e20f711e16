//! The way in and out. The only importer of axum and lambda_http.
//!
//! event → [`function`] → [`app`] (request id, log line, panics, deadline) → router →
//! extractors ([`caller`], [`path`], [`query`], [`body`], [`header`]) → handler → [`answer`], or an
//! error → [`problem`].

pub mod answer;
pub mod api;
pub mod app;
pub mod body;
pub mod caller;
pub mod deadline;
mod fallback;
pub mod function;
pub mod header;
mod observe;
pub mod openapi;
pub mod path;
pub mod problem;
pub mod query;
mod registration;
