//! The item that a deletion leaves: an operator can restore it for 30 days, the API does not show
//! it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use aws_sdk_dynamodb::types::AttributeValue;

use crate::base::error::Error;
use crate::repository::store::attribute::Item;
use crate::repository::store::item::{PK, SK};
use crate::repository::store::keyed_writes::KEYED_WRITES;
use crate::repository::store::write_log::LAST_WRITE_IDS;

/// The time during which a deleted record can be restored.
pub const RECOVERABLE_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The time and the author of a deletion.
#[derive(Clone, Debug)]
pub struct Deletion {
    /// The time of the deletion.
    pub at: Timestamp,
    /// The principal who deletes.
    pub by: String,
}

/// The attribute with the time from which DynamoDB may remove the item.
pub(crate) const TTL: &str = "ttl";
pub(crate) const DELETED_BY: &str = "deleted_by";
/// The record as it was, as one map.
pub(crate) const RECORD: &str = "record";

#[derive(Serialize, Deserialize)]
struct Stamp {
    /// Seconds since 1970: DynamoDB removes the item after this.
    ttl: i64,
    deleted_at: String,
    deleted_by: String,
}

impl Deletion {
    /// Makes the tombstone of `record`, under the same key. It has no attribute that is the key of
    /// an index, so the same write removes the record from all indexes.
    ///
    /// # Errors
    /// `internal`, when the record has no key.
    pub(crate) fn tombstone(&self, mut record: Item) -> Result<Item, Error> {
        // The tombstone itself keeps the logs.
        record.remove(LAST_WRITE_IDS);
        record.remove(KEYED_WRITES);
        let ttl = self
            .at
            .saturating_add(RECOVERABLE_FOR)
            .map_err(Error::internal)?;
        let stamp = Stamp {
            ttl: ttl.as_second(),
            deleted_at: self.at.to_string(),
            deleted_by: self.by.clone(),
        };
        let mut tombstone: Item = serde_dynamo::to_item(stamp).map_err(Error::internal)?;
        for name in [PK, SK] {
            let key = record
                .get(name)
                .ok_or_else(|| Error::internal("a record without a key"))?;
            tombstone.insert(name.to_owned(), key.clone());
        }
        tombstone.insert(RECORD.to_owned(), AttributeValue::M(record));
        Ok(tombstone)
    }
}
