//! The model and repository crate that every function shares.
//!
//! Layers, innermost first; each may use those above it, never those below:
//!
//! 1. [`error`], [`json`], [`digest`], [`clock`] — what everything speaks.
//! 2. [`model`] — values that cannot be invalid; pure.
//! 3. [`rules`] — which rule decides, and the dates; pure.
//! 4. [`patch`], [`projection`], [`page`], [`precondition`], [`idempotency`], [`batch`],
//!    [`consumption`],
//!    [`expiration`], [`sweep`] — the API's mechanics;
//!    no AWS, no HTTP.
//! 5. [`repository`] — the table; the only importer of the DynamoDB SDK.
//! 6. [`http`] — the way in and out; the only importer of axum and lambda_http.
//!
//! Reading order for a newcomer: `model::credit`, `repository::collection`, `http::app`, and then
//! the handlers of `functions/credits`.

pub mod batch;
pub mod clock;
pub mod config;
pub mod consumption;
pub mod deadline;
pub mod digest;
pub mod error;
pub mod expiration;
pub mod http;
pub mod idempotency;
pub mod invocation;
pub mod json;
pub mod model;
pub mod page;
pub mod patch;
pub mod precondition;
pub mod projection;
pub mod repository;
pub mod rules;
pub mod sweep;
pub mod telemetry;
