//! Changing a record that others may be changing too: read, decide, write on condition, again.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::base::error::{ConflictCode, Error};
use crate::model::system::SystemFields;
use crate::protocol::idempotency::{WriteKey, deleted_since, key_reused};
use crate::protocol::precondition::{OnConflict, WriteOptions};
use crate::repository::records::collection::{Collection, Expected, Put, unclear};
use crate::repository::records::tombstone::Deletion;
use crate::repository::records::written::Written;
use crate::repository::store::attribute::Item;
use crate::repository::store::backoff::wait;
use crate::repository::store::entity::Entity;
use crate::repository::store::failure::failure;
use crate::repository::store::item::{
    IDEMPOTENCY_HASH, decode, decode_system, encode, is_tombstone, version,
};
use crate::repository::store::keyed_writes::{KEYED_WRITES, Seen, remembered};
use crate::repository::store::write_log::{LAST_WRITE_IDS, WriteId, newest};

/// How often a write is decided anew when others win the race: 50 writers at once get through in
/// half of it, and should every round be lost, the waits add up to 3 s on average.
const MAX_ROUNDS: u32 = 16;
/// How often a read is repeated that is older than a version the client has seen.
const MAX_READS: u32 = 3;

/// What became of a rewrite.
enum Rewritten<T> {
    /// It was applied by this request.
    Now(T),
    /// It was applied by an earlier request with the same key; this is there now.
    Earlier(Item),
}

impl<E: Entity> Collection<'_, E> {
    /// Replaces a record by what `decide` makes of it: one strongly consistent read and one
    /// conditional write. The first lost race costs another write, but no read: the refused
    /// condition brings the record as it is now.
    ///
    /// # Errors
    /// `not-found`; `version-conflict` when too many races were lost; `idempotency-key-reused` and
    /// `record-deleted` for a repeat; what `decide` refuses; and those of the store. In each case but
    /// `outcome-unknown` the record is as it was.
    pub async fn replace<F>(
        &self,
        id: &str,
        options: &WriteOptions,
        decide: impl Fn(E) -> F,
    ) -> Result<Written<E>, Error>
    where
        F: Future<Output = Result<E, Error>>,
    {
        let decide = &decide;
        let step = |current: Item| async move {
            let next = decide(decode(current)?).await?;
            Ok((encode(self.tenant, &next)?, next))
        };
        match self.rewrite(id, options, step).await? {
            Rewritten::Now(record) => Ok(Written::fresh(record)),
            Rewritten::Earlier(item) if is_tombstone(&item) => Err(deleted_since()),
            Rewritten::Earlier(item) => Ok(Written::replayed(decode(item)?)),
        }
    }

    /// Replaces a record by its tombstone if `decide` lets its system fields pass.
    ///
    /// # Errors
    /// As [`Collection::replace`].
    pub async fn delete(
        &self,
        id: &str,
        options: &WriteOptions,
        deletion: &Deletion,
        decide: impl Fn(&SystemFields) -> Result<(), Error>,
    ) -> Result<Written<()>, Error> {
        let decide = &decide;
        let step = |current: Item| async move {
            decide(&decode_system(&current)?)?;
            Ok((deletion.tombstone(current)?, ()))
        };
        match self.rewrite(id, options, step).await? {
            Rewritten::Now(()) => Ok(Written::fresh(())),
            Rewritten::Earlier(_) => Ok(Written::replayed(())),
        }
    }

    async fn rewrite<T, F>(
        &self,
        id: &str,
        options: &WriteOptions,
        step: impl Fn(Item) -> F,
    ) -> Result<Rewritten<T>, Error>
    where
        F: Future<Output = Result<(Item, T), Error>>,
    {
        let retries = options.on_conflict == OnConflict::Retry;
        // One id through all rounds, so that an attempt of any of them is recognised.
        let write = WriteId::of(options.key.as_ref());
        let mut found = self.read(id, options.min_version).await?;
        for round in 0..MAX_ROUNDS {
            let current = match replayed(options.key.as_ref(), found)? {
                Replayed::Yes(item) => return Ok(Rewritten::Earlier(item)),
                Replayed::No(item) => present(item)?,
            };
            let bookkeeping = Bookkeeping::of(&current)?;
            let (mut next, answer) = step(current).await?;
            bookkeeping.carry_over(&mut next, &write, self.table.clock.now());
            let expected = Expected::Version(bookkeeping.version);
            let put = self.put(next, &write, expected, bookkeeping.base.as_ref());
            let brought = match put.await? {
                Put::Applied => return Ok(Rewritten::Now(answer)),
                Put::Refused(now) => Some(now),
                Put::Contended => None,
                // A key is remembered for longer than the log reaches back.
                Put::Unclear(now) => match replayed(options.key.as_ref(), now)? {
                    Replayed::Yes(item) => return Ok(Rewritten::Earlier(item)),
                    Replayed::No(_) => return Err(unclear()),
                },
            };
            // One race lost is decided anew at once, on the record that the refusal brought. After
            // that there is a crowd: wait, and read again, since what was brought is old by then.
            let is_crowded = retries && round > 0;
            if is_crowded {
                wait(round - 1).await;
            }
            found = match brought {
                Some(now) if !is_crowded => now,
                _ => self.read(id, options.min_version).await?,
            };
            if !retries {
                break;
            }
        }
        // What the winner wrote may be a better reason to refuse than the race itself.
        match replayed(options.key.as_ref(), found)? {
            Replayed::Yes(item) => return Ok(Rewritten::Earlier(item)),
            Replayed::No(item) => drop(step(present(item)?).await?),
        }
        Err(Error::conflict(
            ConflictCode::VersionConflict,
            "somebody else changed the record at the same time; read it again",
        ))
    }

    // What is under the key by a strongly consistent read, not older than what the client has seen.
    async fn read(&self, id: &str, min_version: Option<u64>) -> Result<Option<Item>, Error> {
        let mut found = None;
        for _ in 0..MAX_READS {
            found = self.read_once(id).await?;
            let record = found.as_ref().filter(|item| !is_tombstone(item));
            let is_fresh = match (record, min_version) {
                (_, None) => true,
                (Some(item), Some(min_version)) => version(item)? >= min_version,
                (None, Some(_)) => false,
            };
            if is_fresh {
                break;
            }
        }
        Ok(found)
    }

    /// A record that is there, by a strongly consistent read.
    ///
    /// # Errors
    /// `not-found`, and those of the store.
    pub(crate) async fn read_present(&self, id: &str) -> Result<Item, Error> {
        present(self.read_once(id).await?)
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

/// Whether a change by this key was applied before.
enum Replayed {
    Yes(Item),
    No(Option<Item>),
}

fn replayed(key: Option<&WriteKey>, found: Option<Item>) -> Result<Replayed, Error> {
    let (Some(key), Some(item)) = (key, &found) else {
        return Ok(Replayed::No(found));
    };
    match Seen::of(key, item) {
        Seen::Never => Ok(Replayed::No(found)),
        Seen::OtherBody => Err(key_reused()),
        Seen::Applied => Ok(found.map_or(Replayed::No(None), Replayed::Yes)),
    }
}

/// What an item keeps through every write beside the record itself.
#[derive(Debug)]
pub(crate) struct Bookkeeping {
    version: u64,
    /// The newest write, on which the next one is decided.
    base: Option<AttributeValue>,
    kept: Item,
}

impl Bookkeeping {
    pub(crate) fn of(item: &Item) -> Result<Self, Error> {
        let names = [LAST_WRITE_IDS, KEYED_WRITES, IDEMPOTENCY_HASH];
        let kept = names.iter().filter_map(|name| item.get_key_value(*name));
        let kept = kept
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        Ok(Self {
            version: version(item)?,
            base: newest(item),
            kept,
        })
    }

    /// The version that the next one must follow.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// Puts it into the next item, with the id of the write that makes it.
    pub(crate) fn carry_over(&self, next: &mut Item, write: &WriteId, now: Timestamp) {
        let log = write.appended_to(&self.kept, now);
        next.insert(LAST_WRITE_IDS.to_owned(), log);
        if let Some(keyed) = remembered(&self.kept, write.key(), now) {
            next.insert(KEYED_WRITES.to_owned(), keyed);
        }
        // A tombstone keeps the hash inside the record that it holds.
        if let (Some(hash), false) = (self.kept.get(IDEMPOTENCY_HASH), is_tombstone(next)) {
            next.insert(IDEMPOTENCY_HASH.to_owned(), hash.clone());
        }
    }
}
