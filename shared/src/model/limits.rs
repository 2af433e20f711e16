//! The limits of a record.

/// The most bytes of a record as JSON, its system fields included. A DynamoDB item may have 400 KB;
/// the rest is for the attributes that only the service reads.
pub const MAX_RECORD_BYTES: usize = 350 * 1024;
/// The most values of a record, its system fields included: scalars, arrays and objects together.
/// The cost of reading, checking and writing a value hardly depends on its bytes.
pub const MAX_RECORD_VALUES: usize = 12_000;
