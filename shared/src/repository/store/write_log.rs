//! Keeps the ids of an item's latest writes, so that a write whose response was lost is recognised.
//!
//! Each write has an id. Each item has the ids of its latest writes, without a gap and the newest
//! last. A refused write that finds its own id in the item was applied. A write that does not find
//! its own id, but the id of the write that it was decided on, was not applied: every write since
//! is in the log. When neither id is there, the log does not reach back far enough, and the outcome
//! cannot be known.

use std::time::Duration;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use uuid::Uuid;

use crate::base::digest::hex;
use crate::protocol::idempotency::WriteKey;
use crate::repository::store::attribute::Item;
use crate::repository::store::client::OPERATION_TIMEOUT;

/// The attribute with the log: a list of entries, each the time of a write in seconds since 1970 (4
/// bytes) and the write's id (12 bytes).
pub(crate) const LAST_WRITE_IDS: &str = "last_write_ids";

/// The time for which a write stays in the log after the next write. All attempts of an operation
/// take at most 3 s, and the clocks of two functions may differ by 2 s.
const KEPT_FOR: Duration = OPERATION_TIMEOUT.saturating_add(Duration::from_secs(2));
/// The most entries, whatever their age.
pub(crate) const MAX_ENTRIES: usize = 256;

const ID_BYTES: usize = 12;
const TIME_BYTES: usize = 4;
/// The size of a full log in an item: its name, 3 bytes for the list, and 1 byte beside each entry.
pub(crate) const MAX_LOG_BYTES: usize =
    LAST_WRITE_IDS.len() + 3 + MAX_ENTRIES * (1 + TIME_BYTES + ID_BYTES);

/// One write, in all its attempts and rounds.
#[derive(Clone, Debug)]
pub(crate) struct WriteId {
    id: [u8; ID_BYTES],
    key: Option<WriteKey>,
}

impl WriteId {
    /// Makes the id of a write without a key.
    pub(crate) fn random() -> Self {
        Self {
            id: first(Uuid::new_v4().as_bytes()),
            key: None,
        }
    }

    /// Makes the id of one request's write, which may have an `Idempotency-Key`. A repeated
    /// request gets a new id: the log recognises the attempts of one request, and the keyed writes
    /// recognise a repeated request.
    pub(crate) fn of(key: Option<&WriteKey>) -> Self {
        Self {
            key: key.cloned(),
            ..Self::random()
        }
    }

    /// Returns the key by which the write can be repeated.
    pub(crate) fn key(&self) -> Option<&WriteKey> {
        self.key.as_ref()
    }

    /// Returns the id as the token of a transaction.
    pub(crate) fn token(&self) -> String {
        hex(&self.id)
    }

    /// Returns whether this write is in an item's log.
    pub(crate) fn is_in(&self, item: &Item) -> bool {
        entries(item)
            .iter()
            .any(|entry| id(entry) == Some(&self.id))
    }

    /// Makes the entry of this write in a log.
    pub(crate) fn entry(&self, now: Timestamp) -> AttributeValue {
        stamped(now, &self.id)
    }

    /// Makes the log of the next item: the log of `current`, without old entries, and this write.
    pub(crate) fn appended_to(&self, current: &Item, now: Timestamp) -> AttributeValue {
        let earlier = entries(current);
        // The age of a write counts from the write after it: until then it was the newest.
        let is_old = |entry: &AttributeValue| age(entry, now) > KEPT_FOR;
        let outlived = earlier.iter().rposition(is_old).unwrap_or_default();
        let skipped = outlived.max((earlier.len() + 1).saturating_sub(MAX_ENTRIES));
        let kept = earlier.iter().skip(skipped).cloned();
        AttributeValue::L(kept.chain([self.entry(now)]).collect())
    }
}

/// Returns the entry of an item's newest write, on which the next write is decided.
pub(crate) fn newest(item: &Item) -> Option<AttributeValue> {
    entries(item).last().cloned()
}

/// Returns whether the log of an item contains every write after `base`.
pub(crate) fn reaches_back_to(base: Option<&AttributeValue>, item: &Item) -> bool {
    base.is_some_and(|base| entries(item).contains(base))
}

/// Makes an entry of a log: the time, then the content.
pub(crate) fn stamped(now: Timestamp, bytes: &[u8]) -> AttributeValue {
    // INVARIANT: no write is before 1970. After 2106 ages are wrong, which only shortens logs.
    let seconds = u32::try_from(now.as_second()).unwrap_or_default();
    AttributeValue::B(Blob::new([&seconds.to_be_bytes(), bytes].concat()))
}

/// Returns the age of an entry; an entry without a time is as old as can be.
pub(crate) fn age(entry: &AttributeValue, now: Timestamp) -> Duration {
    let seconds = bytes(entry).and_then(|bytes| bytes.first_chunk::<TIME_BYTES>());
    let at = seconds.map_or(0, |seconds| i64::from(u32::from_be_bytes(*seconds)));
    Duration::from_secs(now.as_second().saturating_sub(at).try_into().unwrap_or(0))
}

/// Returns the content of an entry.
pub(crate) fn content(entry: &AttributeValue) -> Option<&[u8]> {
    bytes(entry)?.get(TIME_BYTES..)
}

/// Returns the entries of the list `name`; empty without such a list.
pub(crate) fn list<'i>(item: &'i Item, name: &str) -> &'i [AttributeValue] {
    let list = item.get(name).and_then(|list| list.as_l().ok());
    list.map(Vec::as_slice).unwrap_or_default()
}

fn entries(item: &Item) -> &[AttributeValue] {
    list(item, LAST_WRITE_IDS)
}

fn id(entry: &AttributeValue) -> Option<&[u8; ID_BYTES]> {
    content(entry)?.try_into().ok()
}

fn bytes(entry: &AttributeValue) -> Option<&[u8]> {
    entry.as_b().ok().map(AsRef::as_ref)
}

fn first(bytes: &[u8]) -> [u8; ID_BYTES] {
    // INVARIANT: a UUID has 16 bytes.
    bytes.first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn written(item: &Item, write: &WriteId, second: i64) -> Item {
        let log = write.appended_to(item, at(second));
        Item::from([(LAST_WRITE_IDS.to_owned(), log)])
    }

    fn writes(count: usize) -> Vec<WriteId> {
        (0..count).map(|_| WriteId::random()).collect()
    }

    fn known(writes: &[WriteId], item: &Item) -> Vec<bool> {
        writes.iter().map(|write| write.is_in(item)).collect()
    }

    #[test]
    fn a_write_stays_in_the_log_for_five_seconds_after_the_next() {
        let all = writes(4);
        let seconds = [0, 10, 13, 15];
        let item = all
            .iter()
            .zip(seconds)
            .fold(Item::new(), |item, (write, second)| {
                written(&item, write, second)
            });
        assert_eq!(known(&all, &item), [true; 4]);
        let later = written(&item, &WriteId::random(), 16);
        assert_eq!(known(&all, &later), [false, true, true, true]);
        let much_later = written(&item, &WriteId::random(), 1_000);
        assert_eq!(known(&all, &much_later), [false, false, false, true]);
    }

    #[test]
    fn a_log_holds_256_writes_and_then_no_longer_reaches_back() {
        let all = writes(MAX_ENTRIES + 1);
        let mut item = written(&Item::new(), &all[0], 0);
        let base = newest(&item);
        for write in &all[1..MAX_ENTRIES] {
            item = written(&item, write, 0);
        }
        assert!(all[0].is_in(&item) && reaches_back_to(base.as_ref(), &item));
        item = written(&item, &all[MAX_ENTRIES], 0);
        assert!(!all[0].is_in(&item) && !reaches_back_to(base.as_ref(), &item));
        assert_eq!(list(&item, LAST_WRITE_IDS).len(), MAX_ENTRIES);
    }

    #[test]
    fn an_entry_without_a_time_is_as_old_as_can_be() {
        let foreign = AttributeValue::L(vec![AttributeValue::S("an id of another kind".into())]);
        let item = Item::from([(LAST_WRITE_IDS.to_owned(), foreign)]);
        let next = written(&item, &WriteId::random(), 0);
        assert!(reaches_back_to(newest(&item).as_ref(), &next));
        let after = written(&next, &WriteId::random(), 1);
        assert_eq!(list(&after, LAST_WRITE_IDS).len(), 3);
        let much_later = written(&after, &WriteId::random(), 60);
        assert_eq!(list(&much_later, LAST_WRITE_IDS).len(), 2);
    }

    #[test]
    fn a_clock_that_is_behind_shortens_no_log_by_more_than_what_it_wrote() {
        let all = writes(3);
        let mut item = written(&Item::new(), &all[0], 100);
        item = written(&item, &all[1], 40);
        item = written(&item, &all[2], 100);
        assert_eq!(known(&all, &item), [false, true, true]);
    }
}
