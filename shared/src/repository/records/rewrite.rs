//! Changes a record that others may be changing too: read, decide, write on condition, and again.

use crate::base::error::{ConflictCode, Error};
use crate::model::system::SystemFields;
use crate::protocol::conditions::{OnConflict, WriteOptions};
use crate::protocol::idempotency::{WriteKey, deleted_since, key_reused};
use crate::repository::records::collection::Collection;
use crate::repository::records::put::{Expected, PutOutcome, unclear};
use crate::repository::records::read::present;
use crate::repository::records::tombstone::Deletion;
use crate::repository::records::written::Written;
use crate::repository::store::attribute::Item;
use crate::repository::store::backoff::{MAX_ROUNDS, wait};
use crate::repository::store::bookkeeping::Bookkeeping;
use crate::repository::store::entity::Entity;
use crate::repository::store::item::{decode, decode_system, encode, is_tombstone, version};
use crate::repository::store::keyed_writes::KeyUse;
use crate::repository::store::write_log::WriteId;

/// The outcome of a rewrite.
enum Rewritten<T> {
    /// This request applied the change.
    Now(T),
    /// An earlier request with the same key applied the change; the item is there now.
    Earlier(Item),
}

impl<E: Entity> Collection<'_, E> {
    /// Replaces a record by the one that `decide` makes of it: one strongly consistent read and one
    /// conditional write. The first lost race costs another write, but no read: the refused
    /// condition brings the record as it is now.
    ///
    /// # Errors
    /// `not-found`; `version-conflict` when too many races were lost; `idempotency-key-reused` and
    /// `record-deleted` for a repeat; the refusals of `decide`; and the errors of the store. After
    /// every error but `outcome-unknown`, the record is as it was.
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
    /// The errors of [`Collection::replace`].
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
        let mut found = self.read_fresh(id, options.min_version).await?;
        for round in 0..MAX_ROUNDS {
            let current = match replayed(options.key.as_ref(), found)? {
                Replayed::Yes(item) => return Ok(Rewritten::Earlier(item)),
                Replayed::No(item) => present(item)?,
            };
            let expected = Expected::Version(version(&current)?);
            let bookkeeping = Bookkeeping::of(&current);
            let (next, answer) = step(current).await?;
            let brought = match self.put(next, &write, expected, &bookkeeping).await? {
                PutOutcome::Applied => return Ok(Rewritten::Now(answer)),
                PutOutcome::Refused(now) => Some(now),
                PutOutcome::Contended => None,
                // A key is remembered for longer than the log reaches back.
                PutOutcome::Unclear(now) => match replayed(options.key.as_ref(), now)? {
                    Replayed::Yes(item) => return Ok(Rewritten::Earlier(item)),
                    Replayed::No(_) => return Err(unclear()),
                },
            };
            // After the first lost race, decide anew at once, on the record that the refusal
            // brought. After the second there is a crowd: wait, and read again, since what was
            // brought is old by then.
            let is_crowded = retries && round > 0;
            if is_crowded {
                wait(round - 1).await;
            }
            found = match brought {
                Some(now) if !is_crowded => now,
                _ => self.read_fresh(id, options.min_version).await?,
            };
            if !retries {
                break;
            }
        }
        // The winner's record may be a better reason to refuse than the race itself.
        match replayed(options.key.as_ref(), found)? {
            Replayed::Yes(item) => return Ok(Rewritten::Earlier(item)),
            Replayed::No(item) => drop(step(present(item)?).await?),
        }
        Err(Error::conflict(
            ConflictCode::VersionConflict,
            "somebody else changed the record at the same time; read it again",
        ))
    }
}

/// The answer to whether a change with this key was applied before.
enum Replayed {
    Yes(Item),
    No(Option<Item>),
}

fn replayed(key: Option<&WriteKey>, found: Option<Item>) -> Result<Replayed, Error> {
    let (Some(key), Some(item)) = (key, &found) else {
        return Ok(Replayed::No(found));
    };
    match KeyUse::of(key, item) {
        KeyUse::Unused => Ok(Replayed::No(found)),
        KeyUse::OtherBody => Err(key_reused()),
        KeyUse::SameBody => Ok(found.map_or(Replayed::No(None), Replayed::Yes)),
    }
}
