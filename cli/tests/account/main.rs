//! The built `certs` in an account: the table and API that it finds, its error texts, and its smoke
//! test.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test says by a panic what went wrong, and so do its helpers"
)]

mod aws;
mod failures;
mod smoke;
mod stack;
mod world;
