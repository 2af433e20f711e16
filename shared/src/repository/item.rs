//! Records as items: the keys, the bookkeeping, and the way back.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;
use uuid::Uuid;

use crate::error::Error;
use crate::json::{self, Object};
use crate::model::id::TenantId;
use crate::model::system::SystemFields;
use crate::patch::MAX_RESULT_BYTES;
use crate::repository::attribute::{Item, to_item, to_object};
use crate::repository::entity::Entity;
use crate::repository::item_size::{MAX_ITEM_BYTES, item_size};

pub(crate) const PK: &str = "pk";
pub(crate) const SK: &str = "sk";
pub(crate) const TENANT_ID: &str = "tenant_id";
pub(crate) const SYS_VERSION: &str = "sys_version";
/// The ids of the last writes, newest last: how a write whose response was lost is recognised.
pub(crate) const LAST_WRITE_IDS: &str = "last_write_ids";
/// The hash of the body that an `Idempotency-Key` came with.
pub(crate) const IDEMPOTENCY_HASH: &str = "idempotency_hash";
/// Only tombstones have it.
pub(crate) const DELETED_AT: &str = "deleted_at";

const KEPT_WRITE_IDS: usize = 5;

/// The partition of a tenant's records of one kind. A tenant id cannot hold `#`.
pub(crate) fn partition(tenant: &TenantId, kind: &str) -> String {
    format!("{tenant}#{kind}")
}

/// The item of a record, without bookkeeping.
///
/// # Errors
/// `too-large` when the record is over a limit of ours or of DynamoDB's.
pub(crate) fn encode<E: Entity>(tenant: &TenantId, entity: &E) -> Result<Item, Error> {
    let too_large = || Error::TooLarge {
        what: "the record",
        limit_bytes: MAX_RESULT_BYTES,
    };
    let mut fields = representation(entity)?;
    if json::object_size(&fields) > MAX_RESULT_BYTES {
        return Err(too_large());
    }
    fields.extend(entity.internal_attributes());
    fields.extend([
        (PK.to_owned(), Value::from(partition(tenant, E::KIND))),
        (SK.to_owned(), Value::from(entity.id())),
        (TENANT_ID.to_owned(), Value::from(tenant.as_str())),
    ]);
    let item = to_item(fields);
    if item_size(&item) > MAX_ITEM_BYTES {
        Err(too_large())
    } else {
        Ok(item)
    }
}

/// The record as it is answered: a JSON object of its fields.
///
/// # Errors
/// `internal`, which a record of plain values never is.
pub fn representation<E: Entity>(entity: &E) -> Result<Object, Error> {
    json::object(entity)
}

/// The record in an item.
///
/// # Errors
/// `internal` when the item is not one of ours.
pub(crate) fn decode<E: Entity>(item: Item) -> Result<E, Error> {
    E::from_attributes(to_object(item)?)
}

/// The system fields alone, of an item that stays as it is.
///
/// # Errors
/// `internal` when the item is not one of ours.
pub(crate) fn decode_system(item: &Item) -> Result<SystemFields, Error> {
    let system = item.iter().filter(|(name, _)| name.starts_with("sys_"));
    let attributes = system
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    SystemFields::from_fields(to_object(attributes)?).map_err(Error::internal)
}

/// Whether the item is what a deletion left.
pub(crate) fn is_tombstone(item: &Item) -> bool {
    item.contains_key(DELETED_AT)
}

/// The version in an item.
///
/// # Errors
/// `internal` when there is none.
pub(crate) fn version(item: &Item) -> Result<u64, Error> {
    match item.get(SYS_VERSION) {
        Some(AttributeValue::N(text)) => text.parse().map_err(Error::internal),
        _ => Err(Error::internal("an item without `sys_version`")),
    }
}

/// The text of an attribute.
pub(crate) fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)
        .and_then(|attribute| attribute.as_s().ok())
        .map(String::as_str)
}

/// One write, by its own id.
#[derive(Clone, Debug)]
pub(crate) struct WriteId(String);

impl WriteId {
    pub(crate) fn new() -> Self {
        Self(Uuid::new_v4().simple().to_string())
    }

    /// Its text, of 32 characters.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is stored.
    pub(crate) fn attribute(&self) -> AttributeValue {
        AttributeValue::S(self.0.clone())
    }

    /// Whether this write is among the last that were applied to the item.
    pub(crate) fn is_in(&self, item: &Item) -> bool {
        write_ids(item).iter().any(|id| id.as_s() == Ok(&self.0))
    }

    /// Adds this write to those that `next` has behind it: the last of `current`, if there is one.
    pub(crate) fn append(&self, current: Option<&Item>, next: &mut Item) {
        let earlier = current.map(write_ids).unwrap_or_default();
        let skipped = (earlier.len() + 1).saturating_sub(KEPT_WRITE_IDS);
        let own = self.attribute();
        let ids = earlier.iter().skip(skipped).cloned().chain([own]).collect();
        next.insert(LAST_WRITE_IDS.to_owned(), AttributeValue::L(ids));
    }
}

fn write_ids(item: &Item) -> &[AttributeValue] {
    item.get(LAST_WRITE_IDS)
        .and_then(|ids| ids.as_l().ok())
        .map(Vec::as_slice)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_keeps_the_ids_of_its_last_five_writes() {
        let writes: Vec<_> = (0..7).map(|_| WriteId::new()).collect();
        let item = writes.iter().fold(Item::new(), |current, write| {
            let mut next = Item::new();
            write.append(Some(&current), &mut next);
            next
        });
        let known: Vec<_> = writes.iter().map(|write| write.is_in(&item)).collect();
        assert_eq!(known, [false, false, true, true, true, true, true]);
    }
}
