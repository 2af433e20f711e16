//! The operator's and developer's command: `certs`.
//!
//! Reading order: `commands` (the command line), `commands/serve` (the local
//! stand-in for AWS), `gateway` (HTTP to API Gateway events and back), `listen`
//! (the local sockets), `account` (the operator's AWS account and its stacks),
//! `store` and `table` (where the data is), `template` (the definition of table
//! and routes that all of these read), `demo` (the made-up credits).

pub mod account;
pub mod commands;
pub mod demo;
pub mod gateway;
pub mod keys;
pub mod listen;
pub mod store;
pub mod table;
pub mod template;
