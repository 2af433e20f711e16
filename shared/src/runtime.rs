//! The life of a function: what it is configured with, the invocation it works for, the time that is
//! left, and what it logs and counts.

pub mod config;
pub mod deadline;
pub mod invocation;
pub mod telemetry;
