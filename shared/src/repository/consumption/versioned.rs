//! Credits that are read to be changed.

use aws_sdk_dynamodb::types::Put;
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;

use crate::base::error::{ConflictCode, Error};
use crate::model::credit::Credit;
use crate::model::id::{CreditId, TenantId};
use crate::repository::records::collection::Collection;
use crate::repository::store::attribute::{Item, number};
use crate::repository::store::bookkeeping::Bookkeeping;
use crate::repository::store::item::{decode, encode, is_tombstone};
use crate::repository::store::table::Table;
use crate::repository::store::write_log::WriteId;

/// The number of credits that are read at the same time.
const CONCURRENT_READS: usize = 16;

/// A credit, with the bookkeeping that its next version needs.
#[derive(Debug)]
pub struct VersionedCredit {
    credit: Credit,
    bookkeeping: Bookkeeping,
}

/// The next version of a credit, to be written only on the version that it was made of.
#[derive(Debug)]
pub struct CreditUpdate {
    next: Credit,
    expected_version: u64,
    bookkeeping: Bookkeeping,
}

impl AsRef<Credit> for VersionedCredit {
    fn as_ref(&self) -> &Credit {
        &self.credit
    }
}

impl VersionedCredit {
    fn read(item: Item) -> Result<Self, Error> {
        Ok(Self {
            bookkeeping: Bookkeeping::of(&item),
            credit: decode(item)?,
        })
    }

    /// Makes the next version of the credit.
    ///
    /// # Errors
    /// The errors of `change`.
    pub fn update(
        self,
        change: impl FnOnce(Credit) -> Result<Credit, Error>,
    ) -> Result<CreditUpdate, Error> {
        Ok(CreditUpdate {
            expected_version: self.credit.system.sys_version,
            next: change(self.credit)?,
            bookkeeping: self.bookkeeping,
        })
    }
}

impl CreditUpdate {
    /// Makes the conditional put of a transaction.
    pub(super) fn put(
        self,
        table: &Table,
        tenant: &TenantId,
        write: &WriteId,
        now: Timestamp,
    ) -> Result<Put, Error> {
        let mut item = encode(tenant, &self.next).map_err(|error| full(error, &self.next.id))?;
        self.bookkeeping.carry_over(&mut item, write, now);
        Put::builder()
            .table_name(&table.name)
            .set_item(Some(item))
            .condition_expression("sys_version = :seen")
            .expression_attribute_values(":seen", number(self.expected_version))
            .build()
            .map_err(Error::internal)
    }
}

/// Names the credit that has reached a limit, since the order or release itself has no fault.
fn full(error: Error, id: &CreditId) -> Error {
    match error {
        Error::Invalid { .. } | Error::TooLarge { .. } => {
            let detail = format!("the credit `{id}` cannot be changed: {error}; make it smaller");
            Error::conflict(ConflictCode::CreditFull, detail)
        }
        other => other,
    }
}

impl Collection<'_, Credit> {
    /// Reads the credits of these ids, strongly consistent. Deleted ones are left out.
    ///
    /// # Errors
    /// The errors of the store.
    pub async fn read_versioned(&self, ids: Vec<CreditId>) -> Result<Vec<VersionedCredit>, Error> {
        let reads = ids.into_iter().map(async |id| {
            let item = self.read_item(id.as_str()).await?;
            item.filter(|item| !is_tombstone(item))
                .map(VersionedCredit::read)
                .transpose()
        });
        let credits: Vec<_> = stream::iter(reads)
            .buffered(CONCURRENT_READS)
            .try_collect()
            .await?;
        Ok(credits.into_iter().flatten().collect())
    }
}
