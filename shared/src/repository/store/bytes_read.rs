//! The bytes that a call reads, by the units that DynamoDB bills.

use aws_sdk_dynamodb::operation::query::QueryOutput;

/// The most bytes of items that one call reads: four DynamoDB pages of 1 MB.
pub(crate) const MAX_BYTES_READ: usize = 4 * 1024 * 1024;
/// The bytes that one read unit pays for when the read is eventually consistent: twice 4 KB.
pub(crate) const BYTES_PER_READ_UNIT: f64 = 8.0 * 1024.0;

/// Returns the bytes of items that an eventually consistent query has read, as DynamoDB bills them.
pub(crate) fn bytes_read(answer: &QueryOutput) -> usize {
    let used = answer.consumed_capacity.as_ref();
    let units = used.and_then(|used| used.capacity_units);
    (units.unwrap_or_default() * BYTES_PER_READ_UNIT) as usize
}
