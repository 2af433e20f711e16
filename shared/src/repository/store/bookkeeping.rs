//! The attributes that an item keeps through every write, beside the record: its logs of writes,
//! and the hash of the body that created it.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::repository::store::attribute::Item;
use crate::repository::store::item::{IDEMPOTENCY_HASH, is_tombstone};
use crate::repository::store::keyed_writes::{KEYED_WRITES, remembered};
use crate::repository::store::write_log::{LAST_WRITE_IDS, WriteId, newest, reaches_back_to};

/// The bookkeeping of the item that a write is decided on. The default is that of no item.
#[derive(Debug, Default)]
pub(crate) struct Bookkeeping {
    /// The newest write of the item.
    newest: Option<AttributeValue>,
    kept: Item,
}

impl Bookkeeping {
    /// Copies the bookkeeping of an item.
    pub(crate) fn of(item: &Item) -> Self {
        let names = [LAST_WRITE_IDS, KEYED_WRITES, IDEMPOTENCY_HASH];
        let kept = names.iter().filter_map(|name| item.get_key_value(*name));
        Self {
            newest: newest(item),
            kept: kept
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        }
    }

    /// Returns whether the log of `item` contains every write since this bookkeeping was read.
    pub(crate) fn is_reached_by(&self, item: &Item) -> bool {
        reaches_back_to(self.newest.as_ref(), item)
    }

    /// Puts the bookkeeping into the next item, with the id of the write that makes that item.
    pub(crate) fn carry_over(&self, next: &mut Item, write: &WriteId, now: Timestamp) {
        let log = write.appended_to(&self.kept, now);
        next.insert(LAST_WRITE_IDS.to_owned(), log);
        if let Some(keyed) = remembered(&self.kept, write.key(), now) {
            next.insert(KEYED_WRITES.to_owned(), keyed);
        }
        // A tombstone keeps the hash inside the record that it holds.
        if let (Some(hash), false) = (self.kept.get(IDEMPOTENCY_HASH), is_tombstone(next)) {
            next.insert(IDEMPOTENCY_HASH.to_owned(), hash.clone());
        }
    }
}
