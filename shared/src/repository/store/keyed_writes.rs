//! Remembers the writes that had an `Idempotency-Key` longer than other writes, so that a client
//! can repeat one.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::protocol::idempotency::{MAX_REMEMBERED, WriteKey};
use crate::repository::store::attribute::Item;
use crate::repository::store::write_log::{age, content, list, stamped};

/// The attribute: a list of entries, each the time of a write in seconds since 1970 (4 bytes), the
/// write's id (12 bytes) and a hash of its body (12 bytes).
pub(crate) const KEYED_WRITES: &str = "keyed_writes";

/// The time for which a write is remembered.
const KEPT_FOR: Duration = Duration::from_secs(10 * 60);
/// The size of a full list in an item: its name, 3 bytes for the list, and 1 byte beside each
/// entry.
pub(crate) const MAX_KEYED_BYTES: usize = KEYED_WRITES.len() + 3 + MAX_REMEMBERED * (1 + 4 + 24);

/// The use of a key that an item remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyUse {
    /// The item remembers no write with this key.
    Unused,
    /// A write with this key and this body was applied.
    SameBody,
    /// A write with this key and another body was applied.
    OtherBody,
}

impl KeyUse {
    /// Looks a key up in an item, which may be a tombstone.
    pub(crate) fn of(key: &WriteKey, item: &Item) -> Self {
        let mut contents = list(item, KEYED_WRITES).iter().filter_map(content);
        let found = contents.find_map(|content| content.strip_prefix(key.id()));
        match found {
            None => Self::Unused,
            Some(body) if body == key.body() => Self::SameBody,
            Some(_) => Self::OtherBody,
        }
    }
}

/// Makes the list for the item that a write makes: the writes that `current` remembers, and this
/// write if it has a key. `None` when the list is empty.
pub(crate) fn remembered(
    current: &Item,
    key: Option<&WriteKey>,
    now: Timestamp,
) -> Option<AttributeValue> {
    let earlier = list(current, KEYED_WRITES).iter();
    let fresh: Vec<_> = earlier
        .filter(|entry| age(entry, now) <= KEPT_FOR)
        .collect();
    let own = key.map(|key| stamped(now, &[key.id().as_slice(), key.body()].concat()));
    let skipped = (fresh.len() + usize::from(own.is_some())).saturating_sub(MAX_REMEMBERED);
    let kept = fresh.into_iter().skip(skipped).cloned();
    let all: Vec<_> = kept.chain(own).collect();
    (!all.is_empty()).then_some(AttributeValue::L(all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::idempotency::{IdempotencyKey, WriteKey};

    fn key(name: &str, body: &str) -> WriteKey {
        let tenant = "t".to_owned().try_into().unwrap();
        let key = IdempotencyKey::parse(name.as_bytes()).unwrap();
        key.write_key(&tenant, "patch_credit", "id", body)
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn written(item: &Item, key: Option<&WriteKey>, second: i64) -> Item {
        let entries = remembered(item, key, at(second));
        entries
            .map(|entries| (KEYED_WRITES.to_owned(), entries))
            .into_iter()
            .collect()
    }

    #[test]
    fn a_key_is_known_with_its_body_for_ten_minutes() {
        let item = written(&Item::new(), Some(&key("a", "1")), 0);
        assert_eq!(KeyUse::of(&key("a", "1"), &item), KeyUse::SameBody);
        assert_eq!(KeyUse::of(&key("a", "2"), &item), KeyUse::OtherBody);
        assert_eq!(KeyUse::of(&key("b", "1"), &item), KeyUse::Unused);
        let after_ten_minutes = written(&item, None, 600);
        assert_eq!(
            KeyUse::of(&key("a", "1"), &after_ten_minutes),
            KeyUse::SameBody
        );
        assert_eq!(written(&item, None, 601), Item::new());
    }

    #[test]
    fn an_item_remembers_the_last_32_keys() {
        let keys: Vec<_> = (0..=MAX_REMEMBERED)
            .map(|name| key(&name.to_string(), ""))
            .collect();
        let item = keys
            .iter()
            .fold(Item::new(), |item, key| written(&item, Some(key), 0));
        assert_eq!(KeyUse::of(&keys[0], &item), KeyUse::Unused);
        assert!(
            keys[1..]
                .iter()
                .all(|key| KeyUse::of(key, &item) == KeyUse::SameBody)
        );
    }
}
