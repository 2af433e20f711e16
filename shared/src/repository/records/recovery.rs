//! What an operator can bring back: the tombstones of a tenant.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::base::error::{ConflictCode, Error};
use crate::repository::records::collection::{Collection, Expected, Put, contended, unclear};
use crate::repository::records::tombstone::{DELETED_BY, RECORD, TTL};
use crate::repository::store::attribute::Item;
use crate::repository::store::entity::Entity;
use crate::repository::store::failure::failure;
use crate::repository::store::item::{
    DELETED_AT, SK, SYS_VERSION, decode, is_tombstone, partition, text, version,
};
use crate::repository::store::keyed_writes::{KEYED_WRITES, remembered};
use crate::repository::store::write_log::{LAST_WRITE_IDS, WriteId, newest};

/// A record that was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletedRecord {
    /// The record's id.
    pub id: String,
    /// When it was deleted.
    pub deleted_at: String,
    /// By whom.
    pub deleted_by: String,
    /// Until when it can be brought back; it may still be there for a while after.
    pub recoverable_until: Timestamp,
}

impl<E: Entity> Collection<'_, E> {
    /// What was deleted and is still there, in the order of the ids. It reads the whole partition:
    /// for an operator.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn deleted(&self) -> Result<Vec<DeletedRecord>, Error> {
        let query = self.table.client.query().table_name(&self.table.name);
        let mut pages = query
            .key_condition_expression("pk = :pk")
            .filter_expression("attribute_exists(deleted_at)")
            .projection_expression("sk, deleted_at, deleted_by, #ttl")
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(":pk", AttributeValue::S(partition(self.tenant, E::KIND)))
            .into_paginator()
            .items()
            .send();
        let mut deleted = Vec::new();
        while let Some(item) = pages.next().await {
            deleted.push(describe(&item.map_err(failure)?)?);
        }
        Ok(deleted)
    }

    /// Brings a deleted record back as it was, in all its indexes, one version later and with the
    /// name of who deleted it. Answers the new version.
    ///
    /// # Errors
    /// `not-found` when nothing was deleted under this id, or it is gone for good meanwhile;
    /// `version-conflict` when there is a record, or another deletion of it; `outcome-unknown` when it
    /// may have been restored; and those of the store.
    pub async fn restore(&self, id: &str) -> Result<u64, Error> {
        let tombstone = self.read_once(id).await?.ok_or(Error::NotFound)?;
        if !is_tombstone(&tombstone) {
            return Err(taken());
        }
        let (mut item, version) = revived::<E>(&tombstone)?;
        let write = WriteId::random();
        let now = self.table.clock.now();
        let log = write.appended_to(&tombstone, now);
        item.insert(LAST_WRITE_IDS.to_owned(), log);
        if let Some(keyed) = remembered(&tombstone, None, now) {
            item.insert(KEYED_WRITES.to_owned(), keyed);
        }
        let deleted_at = text(&tombstone, DELETED_AT).unwrap_or_default();
        let expected = Expected::Tombstone { deleted_at };
        let base = newest(&tombstone);
        match self.put(item, &write, expected, base.as_ref()).await? {
            Put::Applied => Ok(version),
            Put::Refused(Some(item)) if is_tombstone(&item) => Err(deleted_anew()),
            Put::Refused(Some(_)) => Err(taken()),
            Put::Refused(None) => Err(Error::NotFound),
            Put::Unclear(_) => Err(unclear()),
            Put::Contended => Err(contended()),
        }
    }
}

// The record inside a tombstone as the item it was, with the marks of its return.
fn revived<E: Entity>(tombstone: &Item) -> Result<(Item, u64), Error> {
    let record = tombstone.get(RECORD).and_then(|record| record.as_m().ok());
    let record = record.ok_or_else(|| Error::internal("a tombstone without its record"))?;
    let version = version(record)?.saturating_add(1);
    let deleted_by = text(tombstone, DELETED_BY).unwrap_or_default();
    let mut item = record.clone();
    item.extend([
        (
            SYS_VERSION.to_owned(),
            AttributeValue::N(version.to_string()),
        ),
        (
            "sys_deleted_by_id".to_owned(),
            AttributeValue::S(deleted_by.to_owned()),
        ),
    ]);
    decode::<E>(item.clone())?;
    Ok((item, version))
}

fn describe(tombstone: &Item) -> Result<DeletedRecord, Error> {
    let ttl = tombstone.get(TTL).and_then(|ttl| ttl.as_n().ok());
    let seconds = ttl.map(|ttl| ttl.parse()).transpose();
    let seconds = seconds.map_err(Error::internal)?.unwrap_or_default();
    let own = |name| text(tombstone, name).unwrap_or_default().to_owned();
    Ok(DeletedRecord {
        id: own(SK),
        deleted_at: own(DELETED_AT),
        deleted_by: own(DELETED_BY),
        recoverable_until: Timestamp::from_second(seconds).map_err(Error::internal)?,
    })
}

fn deleted_anew() -> Error {
    Error::conflict(
        ConflictCode::VersionConflict,
        "the record was restored and deleted at the same time: nothing was restored; look at it again",
    )
}

fn taken() -> Error {
    Error::conflict(
        ConflictCode::VersionConflict,
        "there is a record of this id: nothing was restored",
    )
}
