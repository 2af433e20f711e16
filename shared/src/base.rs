//! What every room speaks.

pub mod clock;
pub mod digest;
pub mod error;
pub mod ids;
pub mod json;
pub mod number;
