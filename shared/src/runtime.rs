//! A function's life: its configuration, the current invocation and its deadline, the log and the
//! metrics.

pub mod config;
pub mod deadline;
pub mod invocation;
pub mod telemetry;
