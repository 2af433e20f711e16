//! `Idempotency-Key`: makes a write repeatable, so that it is not done twice.

use sha2::Digest;
use uuid::Uuid;

use crate::base::digest::sha256_of_parts;
use crate::base::error::{ConflictCode, Error};
use crate::base::json::{self, Object};
use crate::model::id::TenantId;

/// The most changes by a key that a record remembers, so that their repeats are recognised.
pub const MAX_REMEMBERED: usize = 32;
/// The longest key.
pub const MAX_KEY_CHARS: usize = 255;

// The service's own: UUIDs that others derive differ from those derived from it.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f2d_1c3e_9a54_4b7d_8e10_5c9b_73a2_f4d6);

/// A client's key for one write: 1 to [`MAX_KEY_CHARS`] visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Reads the header's value.
    ///
    /// # Errors
    /// `invalid-request` when it is empty, too long, or holds anything but visible ASCII.
    pub fn parse(value: &[u8]) -> Result<Self, Error> {
        let text = str::from_utf8(value).unwrap_or_default();
        let fits = (1..=MAX_KEY_CHARS).contains(&text.len());
        if fits && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text.to_owned()))
        } else {
            let detail = "`Idempotency-Key` must have 1 to 255 visible ASCII characters";
            Err(Error::invalid_request(detail))
        }
    }

    /// Returns the key of one operation of a batch: the batch's key and the position in the batch.
    pub fn at(&self, position: usize) -> Self {
        // A client's key cannot hold a line feed, so it cannot equal this one.
        Self(format!("{}\n{position}", self.0))
    }

    /// Returns the id of the record that this key makes: always the same for a tenant and a route.
    pub fn derive_id(&self, tenant: &TenantId, route: &str) -> Uuid {
        // A tenant id or a route cannot hold a line feed, so different names are different texts.
        let name = format!("{tenant}\n{route}\n{}", self.0);
        Uuid::new_v5(&NAMESPACE, name.as_bytes())
    }
}

/// The key by which a repeat of a change is recognised: 12 bytes of the hash of tenant, operation,
/// record and `Idempotency-Key`, and 12 bytes of the hash of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteKey {
    id: [u8; 12],
    body: [u8; 12],
}

impl WriteKey {
    /// Returns the part that is the same for each repeat, whatever the body.
    pub(crate) fn id(&self) -> &[u8; 12] {
        &self.id
    }

    /// Returns the part that is the same for the same body.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }
}

impl IdempotencyKey {
    /// Returns the key of the change of record `id` by `operation`, with a body of this hash.
    pub fn write_key(
        &self,
        tenant: &TenantId,
        operation: &str,
        id: &str,
        body_hash: &str,
    ) -> WriteKey {
        WriteKey {
            id: hash([tenant.as_str(), operation, id, &self.0]),
            body: hash([body_hash]),
        }
    }
}

fn hash<const PARTS: usize>(parts: [&str; PARTS]) -> [u8; 12] {
    let digest = sha256_of_parts(parts).finalize();
    // INVARIANT: a SHA-256 has 32 bytes.
    digest.first_chunk().copied().unwrap_or_default()
}

/// Refuses a repeat whose record was deleted after the first time.
pub fn deleted_since() -> Error {
    Error::conflict(
        ConflictCode::RecordDeleted,
        "what this `Idempotency-Key` asked for was done, and the record was deleted since; use a new key",
    )
}

/// Refuses a repeated create whose record was deleted since.
pub fn created_and_deleted() -> Error {
    Error::conflict(
        ConflictCode::RecordDeleted,
        "the record that this `Idempotency-Key` made was deleted; use a new key",
    )
}

/// Refuses a key that was used with another body.
pub fn key_reused() -> Error {
    Error::IdempotencyKeyReused {
        detail: "this `Idempotency-Key` was used with another body; use a new key",
    }
}

/// Returns the hash of a create's body. The record keeps the hash through later writes, so that a
/// repeat is recognised.
pub fn body_hash(body: &Object) -> String {
    json::sha256(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_gives_the_same_id_only_within_a_tenant_and_route() {
        let key = IdempotencyKey::parse(b"order-1").unwrap();
        let tenant = |text: &str| text.parse::<TenantId>().unwrap();
        let id = key.derive_id(&tenant("a"), "create_credit");
        assert_eq!(id, key.derive_id(&tenant("a"), "create_credit"));
        assert_ne!(id, key.derive_id(&tenant("b"), "create_credit"));
        assert_ne!(id, key.derive_id(&tenant("a"), "create_rule_set"));
    }

    #[test]
    fn keys_of_anything_but_visible_ascii_are_refused() {
        for bad in [b"".as_slice(), b"a b", b"\xc3\xa9", b"a\n", &[b'x'; 256]] {
            assert_eq!(
                IdempotencyKey::parse(bad).unwrap_err().code(),
                "invalid-request"
            );
        }
    }
}
