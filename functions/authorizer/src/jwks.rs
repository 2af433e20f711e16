//! The issuer's keys: fetched when needed, cached, and fetched at most once a minute.

mod fetch;

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;
use shared::base::clock::Clock;
use shared::base::error::Error;
use tokio::sync::Mutex;

pub use fetch::FetchError;
use fetch::Fetcher;

use crate::settings::TokenSettings;

/// How long keys are used before they are fetched again. A key that the issuer has withdrawn may
/// count for this long.
const KEPT_FOR: SignedDuration = SignedDuration::from_mins(10);
/// The pause between two requests to the issuer, whatever the answer was.
const ASKED_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// The pause while no keys are known: until then every token is refused.
const ASKED_WITHOUT_KEYS_EVERY: SignedDuration = SignedDuration::from_secs(5);

/// A public key of the issuer, and the only algorithm that it may be used with.
#[derive(Clone, Debug)]
pub(crate) struct VerifyingKey {
    pub(crate) algorithm: Algorithm,
    pub(crate) key: DecodingKey,
}

type Keys = HashMap<String, VerifyingKey>;

/// The cache of the issuer's keys.
#[derive(Debug)]
pub(crate) struct Jwks {
    fetcher: Fetcher,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The keys by their ids; `None` until the issuer has answered once.
    keys: Option<Keys>,
    fetched_at: Option<Timestamp>,
    asked_at: Option<Timestamp>,
}

impl Jwks {
    pub(crate) fn new(settings: &TokenSettings) -> Result<Self, FetchError> {
        Ok(Self {
            fetcher: Fetcher::new(settings.jwks_url.clone())?,
            state: Mutex::default(),
        })
    }

    /// Returns the issuer's key with this id. Known keys still count while the issuer cannot be
    /// reached.
    ///
    /// # Errors
    /// `unavailable` while the issuer has never answered.
    pub(crate) async fn key(&self, id: &str, clock: &Clock) -> Result<Option<VerifyingKey>, Error> {
        // The lock is held while fetching, so that other requests wait for the same answer.
        let mut state = self.state.lock().await;
        let now = clock.now();
        if state.should_ask(id, now) {
            state.asked_at = Some(now);
            match self.fetcher.fetch().await {
                Ok(body) => state.take(keys(&body), now),
                Err(error) => tracing::warn!(%error, "the issuer's keys were not fetched"),
            }
        }
        let keys = state.keys.as_ref();
        let keys = keys.ok_or_else(|| Error::Unavailable("the issuer's keys are not known".into()));
        Ok(keys?.get(id).cloned())
    }
}

impl State {
    fn should_ask(&self, id: &str, now: Timestamp) -> bool {
        let is_older = |at: Option<Timestamp>, span: SignedDuration| {
            at.is_none_or(|at| now.duration_since(at) >= span)
        };
        let is_known = self.keys.as_ref().is_some_and(|keys| keys.contains_key(id));
        let is_wanted = !is_known || is_older(self.fetched_at, KEPT_FOR);
        let pause = match self.keys {
            Some(_) => ASKED_EVERY,
            None => ASKED_WITHOUT_KEYS_EVERY,
        };
        is_wanted && is_older(self.asked_at, pause)
    }

    // An issuer without any usable key has made a mistake, so the known keys stay.
    fn take(&mut self, keys: Keys, now: Timestamp) {
        if keys.is_empty() {
            tracing::warn!("the issuer's answer does not have a usable key");
            return;
        }
        self.keys = Some(keys);
        self.fetched_at = Some(now);
    }
}

// Leaves out keys that cannot be read, or are not for RS256 or ES256 signatures.
fn keys(body: &[u8]) -> Keys {
    let document: Value = serde_json::from_slice(body).unwrap_or_default();
    let keys = document.get("keys").and_then(Value::as_array);
    let keys = keys.into_iter().flatten();
    keys.filter_map(|key| verifying_key(serde_json::from_value(key.clone()).ok()?))
        .collect()
}

fn verifying_key(jwk: Jwk) -> Option<(String, VerifyingKey)> {
    let (algorithm, name) = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        _ => return None,
    };
    let common = &jwk.common;
    let is_for_us = common.key_algorithm.is_none_or(|own| own == name)
        && common
            .public_key_use
            .as_ref()
            .is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
    let key = DecodingKey::from_jwk(&jwk).ok().filter(|_| is_for_us)?;
    Some((common.key_id.clone()?, VerifyingKey { algorithm, key }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ids(keys_of_the_set: Value) -> Vec<String> {
        let document = json!({ "keys": keys_of_the_set }).to_string();
        keys(document.as_bytes()).into_keys().collect()
    }

    #[test]
    fn only_keys_for_rs256_and_es256_signatures_count() {
        let rsa = json!({"kty": "RSA", "kid": "a", "n": "AQAB", "e": "AQAB"});
        assert_eq!(ids(json!([rsa])), ["a"]);
        let ec = json!({"kty": "EC", "crv": "P-256", "kid": "b", "x": "AQAB", "y": "AQAB", "use": "sig", "alg": "ES256"});
        assert_eq!(ids(json!([null, 5, {"kty": "RSA", "kid": "c"}, ec])), ["b"]);
        for (name, value) in [
            ("alg", json!("RS512")),
            ("alg", json!("HS256")),
            ("use", json!("enc")),
            ("kid", json!(null)),
            ("kty", json!("oct")),
            ("n", json!("&")),
        ] {
            let mut bad = rsa.clone();
            bad[name] = value;
            assert_eq!(ids(json!([bad])), Vec::<String>::new(), "{bad}");
        }
        let secret = json!({"kty": "oct", "kid": "d", "k": "AQAB", "alg": "HS256"});
        assert_eq!(ids(json!([secret])), Vec::<String>::new());
    }

    #[test]
    fn a_text_that_is_not_a_key_set_has_no_keys() {
        for body in ["", "{", "[]", "{\"keys\": {}}", "<html>"] {
            assert!(keys(body.as_bytes()).is_empty(), "{body}");
        }
    }
}
