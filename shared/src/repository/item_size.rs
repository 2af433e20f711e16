//! How large DynamoDB finds an item.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::repository::attribute::Item;

/// The largest record we store: DynamoDB's 400 KB, less 4 KB that a tombstone adds around it
/// (its own keys, who and when, five write ids).
pub(crate) const MAX_ITEM_BYTES: usize = (400 - 4) * 1024;

/// The size by DynamoDB's published rules, numbers rounded up.
pub(crate) fn item_size(item: &Item) -> usize {
    item.iter()
        .map(|(name, value)| name.len() + attribute_size(value))
        .sum()
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
