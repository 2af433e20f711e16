//! Changing a record that others may be changing too: read, decide, write on condition, again.

use crate::error::{ConflictCode, Error};
use crate::model::system::SystemFields;
use crate::repository::attribute::Item;
use crate::repository::backoff::wait;
use crate::repository::collection::{Collection, Expected, Put};
use crate::repository::entity::Entity;
use crate::repository::failure::failure;
use crate::repository::item::{
    IDEMPOTENCY_HASH, LAST_WRITE_IDS, WriteId, decode, decode_system, encode, is_tombstone, version,
};
use crate::repository::tombstone::Deletion;

/// How often a write is decided anew when others win the race: 50 writers at once get through in
/// half of it, and should every round be lost, the waits add up to 3 s on average.
const MAX_ROUNDS: u32 = 16;
/// How often a read is repeated that is older than a version the client has seen.
const MAX_READS: u32 = 3;

/// How a change behaves when others change the same record.
#[derive(Clone, Copy, Debug)]
pub struct Contention {
    /// The newest version that the client says it has seen. A read that is older comes too early
    /// and is repeated, so that nobody is refused because of it.
    pub seen_by_client: Option<u64>,
    /// Whether to decide anew on what the winner of a lost race wrote; else the race is lost.
    pub retries: bool,
}

impl<E: Entity> Collection<'_, E> {
    /// Replaces a record by what `decide` makes of it: one strongly consistent read and one
    /// conditional write. The first lost race costs another write, but no read: the refused
    /// condition brings the record as it is now.
    ///
    /// # Errors
    /// `not-found`; `version-conflict` when too many races were lost; what `decide` refuses; and
    /// those of the store. In each case the record is as it was.
    pub async fn replace<F>(
        &self,
        id: &str,
        contention: Contention,
        decide: impl Fn(E) -> F,
    ) -> Result<E, Error>
    where
        F: Future<Output = Result<E, Error>>,
    {
        let decide = &decide;
        let step = |current: Item| async move {
            let next = decide(decode(current)?).await?;
            Ok((encode(self.tenant, &next)?, next))
        };
        self.rewrite(id, contention, step).await
    }

    /// Replaces a record by its tombstone if `decide` lets its system fields pass.
    ///
    /// # Errors
    /// As [`Collection::replace`].
    pub async fn delete(
        &self,
        id: &str,
        contention: Contention,
        deletion: &Deletion,
        decide: impl Fn(&SystemFields) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let decide = &decide;
        let step = |current: Item| async move {
            decide(&decode_system(&current)?)?;
            Ok((deletion.tombstone(current)?, ()))
        };
        self.rewrite(id, contention, step).await
    }

    async fn rewrite<T, F>(
        &self,
        id: &str,
        contention: Contention,
        step: impl Fn(Item) -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<(Item, T), Error>>,
    {
        let mut current = self.read(id, contention.seen_by_client).await?;
        for round in 0..MAX_ROUNDS {
            let bookkeeping = Bookkeeping::of(&current)?;
            let (mut next, answer) = step(current).await?;
            let write = WriteId::new();
            bookkeeping.carry_over(&mut next, &write);
            let expected = Expected::Version(bookkeeping.version);
            let brought = match self.put(next, &write, expected).await? {
                Put::Applied => return Ok(answer),
                Put::Refused(now) => Some(present(now)?),
                Put::Contended => None,
            };
            // One race lost is decided anew at once, on the record that the refusal brought. After
            // that there is a crowd: wait, and read again, since what was brought is old by then.
            let is_crowded = contention.retries && round > 0;
            if is_crowded {
                wait(round - 1).await;
            }
            current = match brought {
                Some(item) if !is_crowded => item,
                _ => self.read(id, contention.seen_by_client).await?,
            };
            if !contention.retries {
                break;
            }
        }
        // What the winner wrote may be a better reason to refuse than the race itself.
        step(current).await?;
        Err(Error::conflict(
            ConflictCode::VersionConflict,
            "somebody else changed the record at the same time; read it again",
        ))
    }

    // The record by a strongly consistent read, not older than what the client has seen.
    pub(crate) async fn read(&self, id: &str, seen_by_client: Option<u64>) -> Result<Item, Error> {
        let mut found = Err(Error::NotFound);
        for _ in 0..MAX_READS {
            found = present(self.read_once(id).await?);
            let is_fresh = match (&found, seen_by_client) {
                (_, None) => true,
                (Ok(item), Some(seen)) => version(item)? >= seen,
                (Err(_), Some(_)) => false,
            };
            if is_fresh {
                break;
            }
        }
        found
    }

    pub(crate) async fn read_once(&self, id: &str) -> Result<Option<Item>, Error> {
        let request = self.table.client.get_item().table_name(&self.table.name);
        let answer = request
            .set_key(Some(self.key(id)))
            .consistent_read(true)
            .send()
            .await
            .map_err(failure)?;
        Ok(answer.item)
    }
}

fn present(item: Option<Item>) -> Result<Item, Error> {
    item.filter(|item| !is_tombstone(item))
        .ok_or(Error::NotFound)
}

/// What an item keeps through every write beside the record itself.
#[derive(Debug)]
pub(crate) struct Bookkeeping {
    version: u64,
    kept: Item,
}

impl Bookkeeping {
    pub(crate) fn of(item: &Item) -> Result<Self, Error> {
        let names = [LAST_WRITE_IDS, IDEMPOTENCY_HASH];
        let kept = names.iter().filter_map(|name| item.get_key_value(*name));
        let kept = kept
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        Ok(Self {
            version: version(item)?,
            kept,
        })
    }

    /// The version that the next one must follow.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// Puts it into the next item, with the id of the write that makes it.
    pub(crate) fn carry_over(&self, next: &mut Item, write: &WriteId) {
        write.append(Some(&self.kept), next);
        // A tombstone keeps the hash inside the record that it holds.
        if let (Some(hash), false) = (self.kept.get(IDEMPOTENCY_HASH), is_tombstone(next)) {
            next.insert(IDEMPOTENCY_HASH.to_owned(), hash.clone());
        }
    }
}
