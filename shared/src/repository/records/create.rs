//! Creates a record, once for each id.

use crate::base::error::Error;
use crate::repository::records::collection::Collection;
use crate::repository::records::put::{Expected, PutOutcome, contended, unclear};
use crate::repository::store::attribute::{Item, string};
use crate::repository::store::bookkeeping::Bookkeeping;
use crate::repository::store::entity::Entity;
use crate::repository::store::item::{IDEMPOTENCY_HASH, decode, encode, is_tombstone, text};
use crate::repository::store::write_log::WriteId;

/// The outcome of a create.
#[derive(Debug)]
pub enum Created<E> {
    /// The record is stored.
    New(E),
    /// A record with this id exists already. It may come from an earlier attempt of the same
    /// request: compare the hash.
    Existing {
        /// The record as it is now.
        record: E,
        /// The hash of the body that created it, if that came with an `Idempotency-Key`.
        idempotency_hash: Option<String>,
    },
    /// A record with this id existed, and was deleted.
    Deleted,
}

impl<E: Entity> Collection<'_, E> {
    /// Reads what an earlier create of this id has left, if there was one.
    ///
    /// # Errors
    /// The errors of the store.
    pub async fn earlier(&self, id: &str) -> Result<Option<Created<E>>, Error> {
        self.read_item(id)
            .await?
            .map(in_the_way_of_create)
            .transpose()
    }

    /// Stores a new record unless there is, or was, one with its id. Nothing is read: a refused
    /// condition brings the item that is in the way.
    ///
    /// # Errors
    /// `too-large`, and the errors of the store.
    pub async fn create(
        &self,
        entity: E,
        idempotency_hash: Option<String>,
    ) -> Result<Created<E>, Error> {
        let mut item = encode(self.tenant, &entity)?;
        if let Some(hash) = idempotency_hash {
            item.insert(IDEMPOTENCY_HASH.to_owned(), string(hash));
        }
        let bookkeeping = Bookkeeping::default();
        let write = WriteId::random();
        let put = self.put(item, &write, Expected::Nothing, &bookkeeping);
        match put.await? {
            PutOutcome::Applied => Ok(Created::New(entity)),
            PutOutcome::Refused(Some(item)) => in_the_way_of_create(item),
            // With a key, the hash tells whether the record is the answer to a repeat.
            PutOutcome::Unclear(Some(item)) if item.contains_key(IDEMPOTENCY_HASH) => {
                in_the_way_of_create(item)
            }
            PutOutcome::Unclear(_) => Err(unclear()),
            PutOutcome::Refused(None) => {
                Err(Error::internal("a refused create with nothing in its way"))
            }
            PutOutcome::Contended => Err(contended()),
        }
    }
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
