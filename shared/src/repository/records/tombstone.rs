//! What a deletion leaves: recoverable by an operator for 30 days, invisible to the API.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use aws_sdk_dynamodb::types::AttributeValue;

use crate::base::error::Error;
use crate::repository::store::attribute::Item;
use crate::repository::store::item::{PK, SK};
use crate::repository::store::keyed_writes::KEYED_WRITES;
use crate::repository::store::write_log::LAST_WRITE_IDS;

/// How long a deleted record can be brought back.
pub const RECOVERABLE_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Who deleted a record, and when.
#[derive(Clone, Debug)]
pub struct Deletion {
    /// When.
    pub at: Timestamp,
    /// The principal.
    pub by: String,
}

/// When DynamoDB may remove the item.
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
    /// The tombstone of `record`, under the same key. It has none of the attributes that an index
    /// is keyed by, so it leaves all indexes in the same write.
    ///
    /// # Errors
    /// `internal`, when the record has no key.
    pub(crate) fn tombstone(&self, mut record: Item) -> Result<Item, Error> {
        // The tombstone itself keeps them.
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
