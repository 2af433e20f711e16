//! How large a record may be.

/// The most bytes of a record as JSON, its system fields included. DynamoDB's item may have 400 KB; what
/// is left is for its bookkeeping.
pub const MAX_RECORD_BYTES: usize = 350 * 1024;
/// The most values of a record, its system fields included: scalars, arrays and objects together.
/// What a value costs to read, check and write hardly depends on how few bytes it has.
pub const MAX_RECORD_VALUES: usize = 12_000;
