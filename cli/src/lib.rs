//! The operator's and developer's command: `certs`.
//!
//! Reading order: `commands` (what a user can type), `commands/serve` (the
//! local stand-in for AWS), `gateway` (HTTP to API Gateway events and back),
//! `listen` (the local sockets),
//! `account` (the operator's AWS account and the stacks in it),
//! `store` and `table` (where the data is), `template` (the one definition of
//! table and routes that all of them read), `demo` (the made-up credits).

pub mod account;
pub mod commands;
pub mod demo;
pub mod gateway;
pub mod keys;
pub mod listen;
pub mod store;
pub mod table;
pub mod template;
