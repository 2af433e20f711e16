//! Taking from a contact's credits and giving back: transactions over credits and a receipt.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem};
use futures_util::stream;
use futures_util::{StreamExt, TryStreamExt};
use serde::Deserialize;
use sha2::Digest;

use crate::base::digest::{hex, sha256_of_parts};
use crate::base::error::{ConflictCode, Error};
use crate::base::json;
use crate::lifecycle::allocation::Candidate;
use crate::model::consumption::{ConsumptionOrder, Receipt};
use crate::model::credit::Credit;
use crate::model::date::CivilDate;
use crate::model::id::{ApplicationId, ContactId, CreditId, TypeId};
use crate::model::quantity::Quantity;
use crate::model::status::Status;
use crate::repository::records::collection::Collection;
use crate::repository::records::query::MAX_BYTES_READ;
use crate::repository::records::query::bytes_read;
use crate::repository::records::rewrite::Bookkeeping;
use crate::repository::store::attempts::Attempts;
use crate::repository::store::attribute::{Item, to_item, to_object};
use crate::repository::store::failure::failure;
use crate::repository::store::item::{PK, SK, attributes, decode, encode, is_tombstone, partition};
use crate::repository::store::item_size::item_size;
use crate::repository::store::write_log::WriteId;

/// The partition of receipts.
pub(crate) const KIND: &str = "consumptions";
/// The most credits in one transaction: DynamoDB takes 100 items, and one is the receipt.
pub const MAX_CREDITS: usize = 99;
/// The most bytes in one transaction.
const MAX_TRANSACTION_BYTES: usize = 4 * 1024 * 1024;
/// The most bytes of a contact's credits that one order looks through, used up and archived ones
/// included: as many as any other call reads. The index has whole credits.
const MAX_CONTACT_BYTES: usize = MAX_BYTES_READ;
/// How many credits are read at the same time.
const CONCURRENT_READS: usize = 16;

/// A credit, read to be changed.
#[derive(Debug)]
pub struct Opened {
    /// As it is.
    pub credit: Credit,
    /// What its next version must be built on.
    pub base: Base,
}

/// The version of a credit that a change is valid on.
#[derive(Debug)]
pub struct Base(Bookkeeping);

impl Base {
    /// The change of this credit to `next`.
    pub fn change(self, next: Credit) -> Change {
        Change {
            next,
            bookkeeping: self.0,
        }
    }
}

/// A credit's next version, valid only on the one it was made of.
#[derive(Debug)]
pub struct Change {
    next: Credit,
    bookkeeping: Bookkeeping,
}

const PROJECTION: &str =
    "id, type_id, #date, expiration_date, quantity_available, #status, sys_locked";

/// What the index tells of a credit.
#[derive(Deserialize)]
struct IndexCopy {
    id: CreditId,
    type_id: TypeId,
    date: CivilDate,
    expiration_date: Option<CivilDate>,
    quantity_available: Quantity,
    status: Option<Status>,
    sys_locked: Option<bool>,
}

impl IndexCopy {
    fn candidate(self, order: &ConsumptionOrder, day: CivilDate) -> Candidate {
        let is_eligible = order.takes(&self.type_id, self.expiration_date, self.status, day);
        Candidate {
            id: self.id,
            date: self.date,
            expiration_date: self.expiration_date,
            available: self.quantity_available,
            is_eligible,
            is_locked: self.sys_locked == Some(true),
        }
    }
}

/// What became of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// All of it was done.
    Done,
    /// Somebody else changed something in between, and none of it was done.
    Lost,
    /// It is more than one transaction can hold.
    TooLarge,
}

impl Collection<'_, Credit> {
    /// A contact's credits, as the index has them: where to look, not what is true. All of them,
    /// since the soonest to expire may come last.
    ///
    /// # Errors
    /// `too-many-credits` for a contact with more than [`MAX_CONTACT_BYTES`] of them, found out within
    /// one DynamoDB page of 1 MB more; those of the store.
    pub async fn candidates(
        &self,
        contact: &ContactId,
        order: &ConsumptionOrder,
        day: CivilDate,
    ) -> Result<Vec<Candidate>, Error> {
        let query = self.table.client.query().table_name(&self.table.name);
        let query = query
            .index_name("by_contact")
            .key_condition_expression("tenant_id = :tenant AND contact_id = :contact")
            .expression_attribute_values(":tenant", AttributeValue::S(self.tenant.to_string()))
            .expression_attribute_values(":contact", AttributeValue::S(contact.to_string()))
            .projection_expression(PROJECTION)
            .expression_attribute_names("#date", "date")
            .expression_attribute_names("#status", "status");
        let (mut candidates, mut bytes, mut start) = (Vec::new(), 0, None);
        loop {
            let ask = query.clone().set_exclusive_start_key(start);
            let page = ask.send().await.map_err(failure)?;
            bytes += bytes_read(&page);
            if bytes > MAX_CONTACT_BYTES {
                return Err(contact_too_large());
            }
            for item in page.items.unwrap_or_default() {
                let fields = attributes(item)?;
                let copy: IndexCopy =
                    serde_json::from_value(fields.into()).map_err(Error::internal)?;
                candidates.push(copy.candidate(order, day));
            }
            match page.last_evaluated_key {
                Some(last) => start = Some(last),
                None => return Ok(candidates),
            }
        }
    }

    /// The credits of these ids that are there, by strongly consistent reads.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn open(&self, ids: Vec<CreditId>) -> Result<Vec<Opened>, Error> {
        let reads = ids.into_iter().map(async |id| {
            let item = self.read_once(id.as_str()).await?;
            item.filter(|item| !is_tombstone(item))
                .map(opened)
                .transpose()
        });
        let opened: Vec<_> = stream::iter(reads)
            .buffered(CONCURRENT_READS)
            .try_collect()
            .await?;
        Ok(opened.into_iter().flatten().collect())
    }

    /// The receipt of an application's consumption, by a strongly consistent read.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn receipt(
        &self,
        contact: &ContactId,
        application: &ApplicationId,
    ) -> Result<Option<Receipt>, Error> {
        let answer = self
            .table
            .client
            .get_item()
            .table_name(&self.table.name)
            .set_key(Some(self.receipt_key(contact, application)))
            .consistent_read(true)
            .send()
            .await
            .map_err(failure)?;
        answer.item.map(receipt).transpose()
    }

    /// Writes the changes and the receipt, which must not exist yet: all or nothing.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn consume(
        &self,
        contact: &ContactId,
        receipt: &Receipt,
        changes: Vec<Change>,
    ) -> Result<Settled, Error> {
        let mut item = self.receipt_key(contact, &receipt.consumption.application_id);
        item.extend(to_item(json::object(receipt)?)?);
        let put = Put::builder()
            .table_name(&self.table.name)
            .set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(pk)").build();
        let put = TransactWriteItem::builder()
            .put(put.map_err(Error::internal)?)
            .build();
        self.transact(put, changes).await
    }

    /// Writes the changes and removes the receipt, which must exist: all or nothing.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn release(
        &self,
        contact: &ContactId,
        application: &ApplicationId,
        changes: Vec<Change>,
    ) -> Result<Settled, Error> {
        let key = self.receipt_key(contact, application);
        let delete = Delete::builder()
            .table_name(&self.table.name)
            .set_key(Some(key));
        let delete = delete.condition_expression("attribute_exists(pk)").build();
        let delete = TransactWriteItem::builder()
            .delete(delete.map_err(Error::internal)?)
            .build();
        self.transact(delete, changes).await
    }

    async fn transact(
        &self,
        first: TransactWriteItem,
        changes: Vec<Change>,
    ) -> Result<Settled, Error> {
        let write = WriteId::random();
        let mut bytes = first.put().map_or(0, |receipt| item_size(receipt.item()));
        let mut writes = vec![first];
        for change in changes {
            let put = self.put_of(change, &write)?;
            bytes += item_size(put.item());
            writes.push(TransactWriteItem::builder().put(put).build());
        }
        if bytes > MAX_TRANSACTION_BYTES || writes.len() > MAX_CREDITS + 1 {
            return Ok(Settled::TooLarge);
        }
        let request = self
            .table
            .client
            .transact_write_items()
            .set_transact_items(Some(writes));
        // The token makes a repeat by the SDK, whose first response was lost, answer as the first.
        let request = request.client_request_token(write.token());
        let attempts = Attempts::default();
        match attempts.watch(request.send()).await {
            Ok(_) => Ok(Settled::Done),
            // An earlier attempt of the same token was not applied, and never will be: what it was
            // decided on is gone.
            Err(error) if was_cancelled_by(&error, &REFUSED) => Ok(Settled::Lost),
            // Else an earlier attempt that got no clear answer may still be applied.
            Err(error) if attempts.are_unclear() => Err(attempts.failure(error)),
            Err(error) if was_cancelled_by(&error, &CONTENDED) => Ok(Settled::Lost),
            Err(error) if was_cancelled_by(&error, &BUSY) => Err(Error::Unavailable(error.into())),
            Err(error) => Err(failure(error)),
        }
    }

    fn put_of(&self, change: Change, write: &WriteId) -> Result<Put, Error> {
        let mut item = encode(self.tenant, &change.next)?;
        let now = self.table.clock.now();
        change.bookkeeping.carry_over(&mut item, write, now);
        let seen = AttributeValue::N(change.bookkeeping.version().to_string());
        Put::builder()
            .table_name(&self.table.name)
            .set_item(Some(item))
            .condition_expression("sys_version = :seen")
            .expression_attribute_values(":seen", seen)
            .build()
            .map_err(Error::internal)
    }

    // Contact and application may hold any character, so their hash is the key.
    fn receipt_key(&self, contact: &ContactId, application: &ApplicationId) -> Item {
        let parts = sha256_of_parts([contact.as_str(), application.as_str()]);
        let hash = hex(&parts.finalize());
        Item::from([
            (
                PK.to_owned(),
                AttributeValue::S(partition(self.tenant, KIND)),
            ),
            (SK.to_owned(), AttributeValue::S(hash)),
        ])
    }
}

fn contact_too_large() -> Error {
    let megabytes = MAX_CONTACT_BYTES / (1024 * 1024);
    let detail = format!(
        "the contact has more than {megabytes} MB of credits, which is all that one order looks \
         through; delete those that are no longer needed"
    );
    Error::conflict(ConflictCode::TooManyCredits, detail)
}

fn opened(item: Item) -> Result<Opened, Error> {
    let base = Base(Bookkeeping::of(&item)?);
    Ok(Opened {
        credit: decode(item)?,
        base,
    })
}

fn receipt(item: Item) -> Result<Receipt, Error> {
    serde_json::from_value(to_object(item)?.into()).map_err(Error::internal)
}

/// A condition that no longer holds.
const REFUSED: [&str; 1] = ["ConditionalCheckFailed"];
/// Another transaction on the same items at the same time.
const CONTENDED: [&str; 1] = ["TransactionConflict"];
/// More than the table, or one of its partitions, takes at the moment.
const BUSY: [&str; 2] = ["ThrottlingError", "ProvisionedThroughputExceeded"];

fn was_cancelled_by(error: &SdkError<TransactWriteItemsError>, codes: &[&str]) -> bool {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
        error.as_service_error()
    else {
        return false;
    };
    let mut reasons = cancelled
        .cancellation_reasons()
        .iter()
        .filter_map(|reason| reason.code());
    reasons.any(|reason| codes.contains(&reason))
}
