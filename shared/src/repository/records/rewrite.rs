//! Changes a record that others may be changing too: read, decide, write on condition, and again.

use crate::base::error::{ConflictCode, Error};
use crate::model::system::SystemFields;
use crate::protocol::idempotency::{WriteKey, deleted_since, key_reused};
use crate::repository::records::collection::Collection;
use crate::repository::records::put::{Expected, PutOutcome, unclear};
use crate::repository::records::read::present;
use crate::repository::records::tombstone::Deletion;
use crate::repository::store::attribute::Item;
use crate::repository::store::backoff::{MAX_ROUNDS, wait};
use crate::repository::store::bookkeeping::Bookkeeping;
use crate::repository::store::entity::Entity;
use crate::repository::store::item::{decode, decode_system, encode, is_tombstone, version};
use crate::repository::store::keyed_writes::KeyUse;
use crate::repository::store::write_log::WriteId;

/// The behaviour of a change when others change the same record, and when the change is repeated.
#[derive(Clone, Copy, Debug)]
pub struct Contention<'k> {
    /// The newest version that the client says it has seen. An older read is repeated, so that no
    /// client is refused because a read was late.
    pub seen_by_client: Option<u64>,
    /// True to decide anew on the winner's record after a lost race. Otherwise a lost race is a
    /// refusal.
    pub retries: bool,
    /// The key by which a repeat is recognised.
    pub key: Option<&'k WriteKey>,
}

/// A record that is stored as the request asked.
#[derive(Clone, Debug)]
pub struct Saved<E> {
    /// The stored record.
    pub record: E,
    /// True if an earlier request with the same `Idempotency-Key` wrote it.
    pub is_replayed: bool,
}

impl<E> Saved<E> {
    /// A record written by this request.
    pub fn now(record: E) -> Self {
        Self {
            record,
            is_replayed: false,
        }
    }

    /// A record that an earlier request wrote, as it is now.
    pub fn earlier(record: E) -> Self {
        Self {
            record,
            is_replayed: true,
        }
    }
}

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
        contention: Contention<'_>,
        decide: impl Fn(E) -> F,
    ) -> Result<Saved<E>, Error>
    where
        F: Future<Output = Result<E, Error>>,
    {
        let decide = &decide;
        let step = |current: Item| async move {
            let next = decide(decode(current)?).await?;
            Ok((encode(self.tenant, &next)?, next))
        };
        match self.rewrite(id, contention, step).await? {
            Rewritten::Now(record) => Ok(Saved::now(record)),
            Rewritten::Earlier(item) if is_tombstone(&item) => Err(deleted_since()),
            Rewritten::Earlier(item) => Ok(Saved::earlier(decode(item)?)),
        }
    }

    /// Replaces a record by its tombstone if `decide` lets its system fields pass.
    ///
    /// # Errors
    /// The errors of [`Collection::replace`].
    pub async fn delete(
        &self,
        id: &str,
        contention: Contention<'_>,
        deletion: &Deletion,
        decide: impl Fn(&SystemFields) -> Result<(), Error>,
    ) -> Result<Saved<()>, Error> {
        let decide = &decide;
        let step = |current: Item| async move {
            decide(&decode_system(&current)?)?;
            Ok((deletion.tombstone(current)?, ()))
        };
        match self.rewrite(id, contention, step).await? {
            Rewritten::Now(()) => Ok(Saved::now(())),
            Rewritten::Earlier(_) => Ok(Saved::earlier(())),
        }
    }

    async fn rewrite<T, F>(
        &self,
        id: &str,
        contention: Contention<'_>,
        step: impl Fn(Item) -> F,
    ) -> Result<Rewritten<T>, Error>
    where
        F: Future<Output = Result<(Item, T), Error>>,
    {
        // One id through all rounds, so that an attempt of any of them is recognised.
        let write = WriteId::of(contention.key);
        let mut found = self.read_fresh(id, contention.seen_by_client).await?;
        for round in 0..MAX_ROUNDS {
            let current = match replayed(contention.key, found)? {
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
                PutOutcome::Unclear(now) => match replayed(contention.key, now)? {
                    Replayed::Yes(item) => return Ok(Rewritten::Earlier(item)),
                    Replayed::No(_) => return Err(unclear()),
                },
            };
            // After the first lost race, decide anew at once, on the record that the refusal
            // brought. After the second there is a crowd: wait, and read again, since what was
            // brought is old by then.
            let is_crowded = contention.retries && round > 0;
            if is_crowded {
                wait(round - 1).await;
            }
            found = match brought {
                Some(now) if !is_crowded => now,
                _ => self.read_fresh(id, contention.seen_by_client).await?,
            };
            if !contention.retries {
                break;
            }
        }
        // The winner's record may be a better reason to refuse than the race itself.
        match replayed(contention.key, found)? {
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
