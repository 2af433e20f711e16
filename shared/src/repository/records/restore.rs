//! Lists and restores deleted records, for an operator.

use jiff::Timestamp;

use crate::base::error::{ConflictCode, Error};
use crate::repository::records::collection::Collection;
use crate::repository::records::put::{Expected, PutOutcome, contended, unclear};
use crate::repository::records::tombstone::{DELETED_BY, RECORD, TTL};
use crate::repository::store::attribute::{Item, number, string};
use crate::repository::store::bookkeeping::Bookkeeping;
use crate::repository::store::entity::Entity;
use crate::repository::store::failure::failure;
use crate::repository::store::item::{
    DELETED_AT, SK, SYS_VERSION, decode, is_tombstone, text, version,
};
use crate::repository::store::write_log::WriteId;

/// A record that was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletedRecord {
    /// The record's id.
    pub id: String,
    /// The time of the deletion.
    pub deleted_at: String,
    /// The principal who deleted it.
    pub deleted_by: String,
    /// The time until which it can be restored. DynamoDB may keep it for a while longer.
    pub recoverable_until: Timestamp,
}

impl<E: Entity> Collection<'_, E> {
    /// Lists the deleted records that can still be restored, in the order of their ids. Reads the
    /// whole partition: for an operator.
    ///
    /// # Errors
    /// The errors of the store.
    pub async fn deleted(&self) -> Result<Vec<DeletedRecord>, Error> {
        let query = self.table.client.query().table_name(&self.table.name);
        let mut pages = query
            .key_condition_expression("pk = :pk")
            .filter_expression("attribute_exists(deleted_at)")
            .projection_expression("sk, deleted_at, deleted_by, #ttl")
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(":pk", string(self.partition()))
            .into_paginator()
            .items()
            .send();
        let mut deleted = Vec::new();
        while let Some(item) = pages.next().await {
            deleted.push(describe(&item.map_err(failure)?)?);
        }
        Ok(deleted)
    }

    /// Restores a deleted record with all its index entries, one version later, and notes who
    /// deleted it. Returns the new version.
    ///
    /// # Errors
    /// `not-found` when no record with this id was deleted, or when its time to be restored ends
    /// meanwhile; `version-conflict` when a record with this id exists, or was deleted again;
    /// `outcome-unknown` when it may have been restored; and the errors of the store.
    pub async fn restore(&self, id: &str) -> Result<u64, Error> {
        let tombstone = self.read_item(id).await?.ok_or(Error::NotFound)?;
        if !is_tombstone(&tombstone) {
            return Err(taken());
        }
        let (item, version) = revived::<E>(&tombstone)?;
        let deleted_at = text(&tombstone, DELETED_AT).unwrap_or_default();
        let expected = Expected::Tombstone { deleted_at };
        let bookkeeping = Bookkeeping::of(&tombstone);
        let write = WriteId::random();
        match self.put(item, &write, expected, &bookkeeping).await? {
            PutOutcome::Applied => Ok(version),
            PutOutcome::Refused(Some(item)) if is_tombstone(&item) => Err(deleted_anew()),
            PutOutcome::Refused(Some(_)) => Err(taken()),
            PutOutcome::Refused(None) => Err(Error::NotFound),
            PutOutcome::Unclear(_) => Err(unclear()),
            PutOutcome::Contended => Err(contended()),
        }
    }
}

// Makes the item of the record inside a tombstone, one version later.
fn revived<E: Entity>(tombstone: &Item) -> Result<(Item, u64), Error> {
    let record = tombstone.get(RECORD).and_then(|record| record.as_m().ok());
    let record = record.ok_or_else(|| Error::internal("a tombstone without its record"))?;
    let version = version(record)?.saturating_add(1);
    let deleted_by = text(tombstone, DELETED_BY).unwrap_or_default();
    let mut item = record.clone();
    item.extend([
        (SYS_VERSION.to_owned(), number(version)),
        ("sys_deleted_by_id".to_owned(), string(deleted_by)),
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
        "a record with this id exists: nothing was restored",
    )
}
