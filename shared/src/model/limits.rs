//! The limits of a record.

/// The most bytes of a record as JSON, its system fields included. The item of a record has a limit
/// of its own, in bytes as DynamoDB counts them.
pub const MAX_RECORD_BYTES: usize = 350 * 1024;
/// The most values of a record, its system fields included: scalars, arrays and objects together.
/// A value costs nearly the same to read, check and write, however few bytes it has.
pub const MAX_RECORD_VALUES: usize = 12_000;
