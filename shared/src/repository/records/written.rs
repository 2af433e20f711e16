//! The outcome of a write that was asked for.

use crate::base::error::Error;
use crate::protocol::idempotency::{created_and_deleted, key_reused};
use crate::repository::records::create::Created;

/// A record that is stored as a client asked for.
#[derive(Clone, Debug)]
pub struct Written<E> {
    /// The record as it is stored.
    pub record: E,
    /// An earlier request with the same `Idempotency-Key` wrote the record.
    pub is_replayed: bool,
}

impl<E> Written<E> {
    /// A record that this request wrote.
    pub fn fresh(record: E) -> Self {
        Self {
            record,
            is_replayed: false,
        }
    }

    /// A record that an earlier request wrote, as it is now.
    pub fn replayed(record: E) -> Self {
        Self {
            record,
            is_replayed: true,
        }
    }
}

impl<E> Created<E> {
    /// The created record. An existing one is the answer to a repeat if it was created by a body of
    /// the same hash.
    ///
    /// # Errors
    /// `idempotency-key-reused` for another hash, `record-deleted` for a record that was deleted.
    pub fn written(self, body_hash: Option<&str>) -> Result<Written<E>, Error> {
        match self {
            Self::New(record) => Ok(Written::fresh(record)),
            Self::Existing {
                record,
                idempotency_hash,
            } if idempotency_hash.as_deref() == body_hash => Ok(Written::replayed(record)),
            Self::Existing { .. } => Err(key_reused()),
            Self::Deleted => Err(created_and_deleted()),
        }
    }
}
