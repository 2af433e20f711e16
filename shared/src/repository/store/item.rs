//! Records as items, and items as records.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;

use crate::base::error::{Error, Violation};
use crate::base::json::{self, Object, Weight};
use crate::model::id::TenantId;
use crate::model::limits::{MAX_RECORD_BYTES, MAX_RECORD_VALUES};
use crate::model::system::SystemFields;
use crate::repository::store::attribute::{Item, string, to_item, to_object};
use crate::repository::store::entity::Entity;
use crate::repository::store::item_size::{MAX_ITEM_BYTES, item_size};
use crate::repository::store::keyed_writes::KEYED_WRITES;
use crate::repository::store::write_log::LAST_WRITE_IDS;

pub(crate) const PK: &str = "pk";
pub(crate) const SK: &str = "sk";
pub(crate) const TENANT_ID: &str = "tenant_id";
pub(crate) const SYS_VERSION: &str = "sys_version";
/// The attribute with the hash of the body that created the record, if that had an
/// `Idempotency-Key`.
pub(crate) const IDEMPOTENCY_HASH: &str = "idempotency_hash";
/// The attribute that only tombstones have.
pub(crate) const DELETED_AT: &str = "deleted_at";

/// Returns the partition of a tenant's records of one kind. A tenant id cannot contain `#`.
pub(crate) fn partition(tenant: &TenantId, kind: &str) -> String {
    format!("{tenant}#{kind}")
}

/// Makes the key of an item, `pk` and `sk`.
pub(crate) fn key(partition: impl ToString, sort: impl ToString) -> Item {
    Item::from([
        (PK.to_owned(), string(partition)),
        (SK.to_owned(), string(sort)),
    ])
}

/// Makes the item of a record, without bookkeeping.
///
/// # Errors
/// `too-large` when the record is over our limit or DynamoDB's; `validation-failed` when it has too
/// many values or a name that cannot be stored.
pub(crate) fn encode<E: Entity>(tenant: &TenantId, entity: &E) -> Result<Item, Error> {
    let mut fields = json::object(entity)?;
    let weight = Weight::of_object(&fields);
    if weight.bytes > MAX_RECORD_BYTES {
        return Err(Error::TooLarge {
            what: "the record",
            limit_bytes: MAX_RECORD_BYTES,
        });
    }
    if weight.values > MAX_RECORD_VALUES {
        let message = format!("has more than {MAX_RECORD_VALUES} values");
        return Err(Violation::new("", message).into());
    }
    fields.extend(entity.internal_attributes());
    fields.extend([
        (PK.to_owned(), Value::from(partition(tenant, E::KIND))),
        (SK.to_owned(), Value::from(entity.id())),
        (TENANT_ID.to_owned(), Value::from(tenant.as_str())),
    ]);
    let item = to_item(fields)?;
    if item_size(&item) > MAX_ITEM_BYTES {
        Err(Error::TooLarge {
            what: "the record, as DynamoDB counts it,",
            limit_bytes: MAX_ITEM_BYTES,
        })
    } else {
        Ok(item)
    }
}

/// Reads the record in an item.
///
/// # Errors
/// `internal` when the item is not such a record.
pub(crate) fn decode<E: Entity>(item: Item) -> Result<E, Error> {
    E::from_attributes(attributes(item)?)
}

/// Reads an item's attributes as values, without its logs of writes.
///
/// # Errors
/// `internal` when an attribute has a type that no record has.
pub(crate) fn attributes(mut item: Item) -> Result<Object, Error> {
    item.remove(LAST_WRITE_IDS);
    item.remove(KEYED_WRITES);
    to_object(item)
}

/// Reads only the system fields of an item.
///
/// # Errors
/// `internal` when the item is not a record.
pub(crate) fn decode_system(item: &Item) -> Result<SystemFields, Error> {
    let system = item.iter().filter(|(name, _)| name.starts_with("sys_"));
    let attributes = system
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    SystemFields::from_fields(to_object(attributes)?).map_err(Error::internal)
}

/// Returns whether the item is the tombstone of a deleted record.
pub(crate) fn is_tombstone(item: &Item) -> bool {
    item.contains_key(DELETED_AT)
}

/// Reads the version of an item.
///
/// # Errors
/// `internal` when the item does not have one.
pub(crate) fn version(item: &Item) -> Result<u64, Error> {
    match item.get(SYS_VERSION) {
        Some(AttributeValue::N(text)) => text.parse().map_err(Error::internal),
        _ => Err(Error::internal("an item without `sys_version`")),
    }
}

/// Reads the text of an attribute.
pub(crate) fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)
        .and_then(|attribute| attribute.as_s().ok())
        .map(String::as_str)
}
