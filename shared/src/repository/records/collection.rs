//! One tenant's records of one kind: reading one, creating one.

use std::marker::PhantomData;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};

use crate::base::error::Error;
use crate::base::json::Object;
use crate::model::id::TenantId;
use crate::protocol::projection::Selection;
use crate::repository::records::query::project;
use crate::repository::store::attempts::Attempts;
use crate::repository::store::attribute::Item;
use crate::repository::store::entity::Entity;
use crate::repository::store::failure::{failure, in_the_way};
use crate::repository::store::item::{
    DELETED_AT, IDEMPOTENCY_HASH, PK, SK, SYS_VERSION, attributes, decode, encode, is_tombstone,
    partition, text, version,
};
use crate::repository::store::table::Table;
use crate::repository::store::write_log::{LAST_WRITE_IDS, WriteId, reaches_back_to};

impl Table {
    /// The records of one kind that `tenant` has. There is no way to a record but through its tenant.
    pub fn collection<'a, E: Entity>(&'a self, tenant: &'a TenantId) -> Collection<'a, E> {
        Collection {
            table: self,
            tenant,
            entity: PhantomData,
        }
    }
}

/// One tenant's records of one kind.
#[derive(Debug)]
pub struct Collection<'a, E> {
    pub(crate) table: &'a Table,
    pub(crate) tenant: &'a TenantId,
    entity: PhantomData<fn() -> E>,
}

/// A record as it is answered, with the version its `ETag` tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The selected fields.
    pub fields: Object,
    /// Its version, selected or not.
    pub version: u64,
}

/// What became of a create.
#[derive(Debug)]
pub enum Created<E> {
    /// It is stored.
    New(E),
    /// There is a record with this id already, made with this body's hash.
    Existing {
        /// As it is now.
        record: E,
        /// The hash of the body it was made with, if it came with an `Idempotency-Key`.
        idempotency_hash: Option<String>,
    },
    /// There was a record with this id; it was deleted.
    Deleted,
}

/// What must be under a key for a put to be applied.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expected<'a> {
    /// Nothing at all, not even a tombstone.
    Nothing,
    /// The record of this version.
    Version(u64),
    /// The tombstone of this deletion.
    Tombstone { deleted_at: &'a str },
}

/// What became of a conditional put.
pub(crate) enum Put {
    /// It is applied, now or by an earlier attempt whose response was lost.
    Applied,
    /// It is not applied, since the condition does not hold for what is there.
    Refused(Option<Item>),
    /// The condition does not hold for what is there, and an earlier attempt, to which the store gave no
    /// clear answer, may have been applied.
    Unclear(Option<Item>),
    /// It is not applied, since a transaction is at work on the item.
    Contended,
}

impl<'a, E: Entity> Collection<'a, E> {
    /// The selected fields of a record. Half a capacity unit for each 4 KB, one when consistent.
    ///
    /// # Errors
    /// `not-found`, and those of the store.
    pub async fn get(
        &self,
        id: &str,
        selection: &Selection,
        is_consistent: bool,
    ) -> Result<Record, Error> {
        let (expression, names) = project(selection, &[SYS_VERSION, DELETED_AT]);
        let request = self.table.client.get_item().table_name(&self.table.name);
        let answer = request
            .set_key(Some(self.key(id)))
            .consistent_read(is_consistent)
            .set_projection_expression(expression)
            .set_expression_attribute_names(names)
            .send()
            .await
            .map_err(failure)?;
        let item = answer
            .item
            .filter(|item| !is_tombstone(item))
            .ok_or(Error::NotFound)?;
        let version = version(&item)?;
        Ok(Record {
            fields: selection.pick(attributes(item)?),
            version,
        })
    }

    /// A whole record, as a value, by a strongly consistent read: one capacity unit for each 4 KB.
    ///
    /// # Errors
    /// `not-found`, and those of the store.
    pub async fn find(&self, id: &str) -> Result<E, Error> {
        decode(self.read_present(id).await?)
    }

    /// What an earlier create of this id has left, if there was one.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn earlier(&self, id: &str) -> Result<Option<Created<E>>, Error> {
        self.read_once(id)
            .await?
            .map(in_the_way_of_create)
            .transpose()
    }

    /// Stores a new record unless there is, or was, one with its id. No read is needed: a refused
    /// condition brings along what is in the way.
    ///
    /// # Errors
    /// `too-large`, and those of the store.
    pub async fn create(
        &self,
        entity: E,
        idempotency_hash: Option<String>,
    ) -> Result<Created<E>, Error> {
        let mut item = encode(self.tenant, &entity)?;
        if let Some(hash) = idempotency_hash {
            item.insert(IDEMPOTENCY_HASH.to_owned(), AttributeValue::S(hash));
        }
        let write = WriteId::random();
        let log = write.appended_to(&item, self.table.clock.now());
        item.insert(LAST_WRITE_IDS.to_owned(), log);
        match self.put(item, &write, Expected::Nothing, None).await? {
            Put::Applied => Ok(Created::New(entity)),
            Put::Refused(Some(item)) => in_the_way_of_create(item),
            // What a key has made tells by its hash whether it is the answer to a repeat.
            Put::Unclear(Some(item)) if item.contains_key(IDEMPOTENCY_HASH) => {
                in_the_way_of_create(item)
            }
            Put::Unclear(_) => Err(unclear()),
            Put::Refused(None) => Err(Error::internal("a refused create with nothing in its way")),
            Put::Contended => Err(contended()),
        }
    }

    /// Puts an item where what is there now is `expected`, and `base` its newest write.
    ///
    /// # Errors
    /// `outcome-unknown` when it may have been applied, and those of the store.
    pub(crate) async fn put(
        &self,
        item: Item,
        write: &WriteId,
        expected: Expected<'_>,
        base: Option<&AttributeValue>,
    ) -> Result<Put, Error> {
        let request = self.table.client.put_item().table_name(&self.table.name);
        let request = request
            .set_item(Some(item))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let request = expected.condition_on(request);
        let attempts = Attempts::default();
        match attempts.watch(request.send()).await {
            Ok(_) => Ok(Put::Applied),
            Err(SdkError::ServiceError(refusal))
                if refusal.err().is_conditional_check_failed_exception() =>
            {
                let item = in_the_way(refusal.into_err());
                Ok(Put::refused(item, write, base, &attempts))
            }
            Err(SdkError::ServiceError(refusal))
                if refusal.err().is_transaction_conflict_exception() && !attempts.are_unclear() =>
            {
                Ok(Put::Contended)
            }
            Err(error) => Err(attempts.failure(error)),
        }
    }

    pub(crate) fn key(&self, id: &str) -> Item {
        Item::from([
            (
                PK.to_owned(),
                AttributeValue::S(partition(self.tenant, E::KIND)),
            ),
            (SK.to_owned(), AttributeValue::S(id.to_owned())),
        ])
    }
}

impl Expected<'_> {
    fn condition_on(self, request: PutItemFluentBuilder) -> PutItemFluentBuilder {
        match self {
            Self::Nothing => request.condition_expression("attribute_not_exists(pk)"),
            Self::Version(version) => request
                .condition_expression("sys_version = :seen")
                .expression_attribute_values(":seen", AttributeValue::N(version.to_string())),
            Self::Tombstone { deleted_at } => request
                .condition_expression("deleted_at = :seen")
                .expression_attribute_values(":seen", AttributeValue::S(deleted_at.to_owned())),
        }
    }
}

impl Put {
    // A refused condition. What is in the way tells whether an earlier attempt was applied: see
    // `write_log`. An attempt that is still on its way cannot be applied any more.
    fn refused(
        item: Option<Item>,
        write: &WriteId,
        base: Option<&AttributeValue>,
        attempts: &Attempts,
    ) -> Self {
        match item {
            Some(item) if write.is_in(&item) => Self::Applied,
            Some(item) if attempts.are_unclear() && !reaches_back_to(base, &item) => {
                Self::Unclear(Some(item))
            }
            None if attempts.are_unclear() => Self::Unclear(None),
            other => Self::Refused(other),
        }
    }
}

/// The failure of a write to a key of which no transaction of ours knows.
pub(crate) fn contended() -> Error {
    Error::Unavailable("a transaction on the key of what is not there".into())
}

/// The failure of a write that may have been applied, and of which nothing is left to see.
pub(crate) fn unclear() -> Error {
    Error::OutcomeUnknown("a lost response, and more writes since than the item's log holds".into())
}

fn in_the_way_of_create<E: Entity>(item: Item) -> Result<Created<E>, Error> {
    if is_tombstone(&item) {
        return Ok(Created::Deleted);
    }
    Ok(Created::Existing {
        idempotency_hash: text(&item, IDEMPOTENCY_HASH).map(str::to_owned),
        record: decode(item)?,
    })
}
