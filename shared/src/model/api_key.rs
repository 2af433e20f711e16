//! API keys: the text that a client sends, and the hash that is stored.
//!
//! A key is `certs_<id>_<secret><checksum>`: an id of 16 hexadecimal digits, 256 random bits in
//! base64url, and a checksum of the text before it. The checksum refuses a mistyped key without a
//! look-up. The prefix lets scanners find leaked keys. Only the SHA-256 of the whole text is
//! stored.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::base::digest::hex;
use crate::model::id::{API_KEY_ID_CHARS, ApiKeyId, TenantId};
use crate::model::principal::{CredentialKind, Principal, Scope};

/// The prefix of every key.
pub const PREFIX: &str = "certs_";
/// The random bytes of a key: 256 bits.
pub const SECRET_BYTES: usize = 32;
/// The age that the noted last use of a key reaches before a use is noted again.
pub const LAST_USE_IS_KEPT_FOR: SignedDuration = SignedDuration::from_hours(1);

/// 256 bits in base64url.
const SECRET_CHARS: usize = 43;
/// 36 bits in base64url: one in 70 billion mistyped keys costs a look-up.
const CHECKSUM_CHARS: usize = 6;

/// A key as its owner holds it. The key is shown once; it is neither stored nor logged.
pub struct NewApiKey {
    /// The id, which is not secret.
    pub id: ApiKeyId,
    text: String,
}

/// A well-formed key that somebody sent: its id, and the hash to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentedKey {
    /// The id that the key claims.
    pub id: ApiKeyId,
    hash: KeyHash,
}

/// The SHA-256 of a key's text, in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyHash(String);

/// The stored part of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// The key's id, which records name as their principal.
    pub id: ApiKeyId,
    /// The one tenant it belongs to.
    pub tenant: TenantId,
    /// The scopes that the key has there.
    pub scopes: Vec<Scope>,
    /// The hash by which the key is recognised.
    pub hash: KeyHash,
    /// The time at which the key was made.
    pub created_at: Timestamp,
    /// The time from which the key is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// The time at which the key was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// The time of the last use, give or take [`LAST_USE_IS_KEPT_FOR`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
}

impl NewApiKey {
    /// Makes a key of random bytes.
    pub fn new(id: [u8; API_KEY_ID_CHARS / 2], secret: [u8; SECRET_BYTES]) -> Self {
        let id = ApiKeyId::new(id);
        let body = format!("{PREFIX}{id}_{}", URL_SAFE_NO_PAD.encode(secret));
        let text = format!("{body}{}", checksum(&body));
        Self { id, text }
    }

    /// Returns the key itself, for its owner alone.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// Returns the hash to store.
    pub fn hash(&self) -> KeyHash {
        KeyHash::of(&self.text)
    }
}

/// Prints the id and hides the secret, so that a key never reaches a log.
impl fmt::Debug for NewApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewApiKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl PresentedKey {
    /// Reads a key. Returns nothing for other texts and for a mistyped key.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
        let body_chars = text.len().checked_sub(CHECKSUM_CHARS)?;
        let (body, sent) = text.split_at_checked(body_chars)?;
        let fits = secret.len() == SECRET_CHARS + CHECKSUM_CHARS && checksum(body) == sent;
        let id = id.parse::<ApiKeyId>().ok()?;
        let hash = KeyHash::of(text);
        fits.then_some(Self { id, hash })
    }
}

impl KeyHash {
    fn of(text: &str) -> Self {
        Self(hex(&Sha256::digest(text)))
    }

    // In constant time: the time must not show where the two differ.
    fn is(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl ApiKey {
    /// Returns the principal that the presented key stands for at `now`. Returns nothing if the key
    /// is another one, has expired, or was revoked.
    pub fn principal(&self, presented: &PresentedKey, now: Timestamp) -> Option<Principal> {
        let is_same = self.id == presented.id && self.hash.is(&presented.hash);
        let has_expired = self.expires_at.is_some_and(|end| end <= now);
        let counts = is_same && !has_expired && self.revoked_at.is_none();
        counts.then(|| Principal {
            id: self.id.to_string(),
            tenants: vec![self.tenant.clone()],
            scopes: self.scopes.clone(),
            proof: CredentialKind::ApiKey,
        })
    }

    /// Returns whether a use at `now` is worth a write.
    pub fn should_note_use(&self, now: Timestamp) -> bool {
        self.last_used_at
            .is_none_or(|noted| now.duration_since(noted) >= LAST_USE_IS_KEPT_FOR)
    }
}

fn checksum(body: &str) -> String {
    let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(body));
    digest.chars().take(CHECKSUM_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: &str = "2026-03-14T12:00:00Z";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn stored(key: &NewApiKey) -> ApiKey {
        ApiKey {
            id: key.id.clone(),
            tenant: "t".parse().unwrap(),
            scopes: vec![Scope::Read],
            hash: key.hash(),
            created_at: at("2026-01-01T00:00:00Z"),
            expires_at: None,
            revoked_at: None,
            last_used_at: None,
        }
    }

    proptest! {
        #[test]
        fn a_key_is_recognised_by_what_was_stored_of_it(id: [u8; 8], secret: [u8; 32]) {
            let key = NewApiKey::new(id, secret);
            let presented = PresentedKey::parse(key.reveal()).unwrap();
            prop_assert!(stored(&key).principal(&presented, at(NOW)).is_some());
        }

        #[test]
        fn a_key_with_one_letter_changed_is_refused(
            secret: [u8; 32], at in 0_usize..72, to in "[ -~]"
        ) {
            let key = NewApiKey::new([7; 8], secret);
            let mut text = key.reveal().to_owned();
            prop_assume!(text[at..=at] != to);
            text.replace_range(at..=at, &to);
            prop_assert_eq!(PresentedKey::parse(&text), None);
        }

        #[test]
        fn no_text_makes_reading_a_key_panic(text in ".*", tail in ".*") {
            PresentedKey::parse(&text);
            PresentedKey::parse(&format!("certs_0123456789abcdef_{tail}"));
        }
    }

    #[test]
    fn a_key_of_the_same_id_with_another_secret_is_refused() {
        let (own, other) = (
            NewApiKey::new([1; 8], [1; 32]),
            NewApiKey::new([1; 8], [2; 32]),
        );
        let presented = PresentedKey::parse(other.reveal()).unwrap();
        assert_eq!(presented.id, own.id);
        assert_eq!(stored(&own).principal(&presented, at(NOW)), None);
    }

    #[test]
    fn an_expired_or_revoked_key_is_refused() {
        let key = NewApiKey::new([1; 8], [1; 32]);
        let presented = PresentedKey::parse(key.reveal()).unwrap();
        let until = |expires_at: &str| ApiKey {
            expires_at: Some(at(expires_at)),
            ..stored(&key)
        };
        let revoked = ApiKey {
            revoked_at: Some(at(NOW)),
            ..stored(&key)
        };
        assert_eq!(until(NOW).principal(&presented, at(NOW)), None);
        assert_eq!(revoked.principal(&presented, at(NOW)), None);
        let later = until("2026-03-14T12:00:00.001Z");
        assert!(later.principal(&presented, at(NOW)).is_some());
    }

    #[test]
    fn a_use_is_worth_a_write_once_an_hour() {
        let used = |last: Option<&str>| ApiKey {
            last_used_at: last.map(at),
            ..stored(&NewApiKey::new([1; 8], [1; 32]))
        };
        assert!(used(None).should_note_use(at(NOW)));
        assert!(used(Some("2026-03-14T11:00:00Z")).should_note_use(at(NOW)));
        assert!(!used(Some("2026-03-14T11:00:00.001Z")).should_note_use(at(NOW)));
    }

    #[test]
    fn a_new_key_does_not_print_itself() {
        let key = NewApiKey::new([1; 8], [1; 32]);
        assert!(!format!("{key:?}").contains(key.reveal()));
    }
}
