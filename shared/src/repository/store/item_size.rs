//! The size of an item as DynamoDB counts it.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::repository::store::attribute::Item;
use crate::repository::store::keyed_writes::MAX_KEYED_BYTES;
use crate::repository::store::write_log::MAX_LOG_BYTES;

/// The bytes that an item may have beside the record: the logs of its writes, and the additions of
/// a tombstone (its own keys of up to 1,152 bytes, who and when).
const BOOKKEEPING_BYTES: usize = 8 * 1024;
/// The most bytes of a stored record: DynamoDB's 400 KB, less the bookkeeping.
pub(crate) const MAX_ITEM_BYTES: usize = 400 * 1024 - BOOKKEEPING_BYTES;

const _: () = assert!(MAX_LOG_BYTES + MAX_KEYED_BYTES + 2 * 1024 < BOOKKEEPING_BYTES);

/// Returns the size by DynamoDB's published rules, numbers rounded up.
pub(crate) fn item_size(item: &Item) -> usize {
    item.iter()
        .map(|(name, value)| name.len() + attribute_size(value))
        .sum()
}

/// Counts the values in an item: scalars, lists and maps.
pub(crate) fn count_values(item: &Item) -> usize {
    item.values().map(count).sum()
}

fn count(attribute: &AttributeValue) -> usize {
    1 + match attribute {
        AttributeValue::L(items) => items.iter().map(count).sum(),
        AttributeValue::M(members) => count_values(members),
        _ => 0,
    }
}

fn attribute_size(attribute: &AttributeValue) -> usize {
    match attribute {
        AttributeValue::N(text) => text.len().div_ceil(2) + 2,
        AttributeValue::S(text) => text.len(),
        AttributeValue::L(items) => {
            3 + items
                .iter()
                .map(|item| 1 + attribute_size(item))
                .sum::<usize>()
        }
        AttributeValue::M(members) => 3 + members.len() + item_size(members),
        _ => 1,
    }
}
