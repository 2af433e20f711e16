//! Verifies a JWT by the issuer's key and the time. Pure.

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header};
use serde_json::{Map, Value};
use shared::model::id::TenantId;
use shared::model::principal::{CredentialKind, Principal, Scope, is_reserved};

use crate::jwks::VerifyingKey;
use crate::settings::TokenSettings;

/// The number of seconds by which the issuer's clock may be ahead of ours. The other way there is
/// no tolerance: a token that has expired by our clock has expired.
const MAX_SECONDS_AHEAD: f64 = 10.0;
/// The longest principal id and key id, in bytes.
const MAX_ID_BYTES: usize = 256;
/// The types of access tokens (RFC 7519, 5.1; RFC 9068, 2.1), in lower case. Tokens of another type
/// were not made for this use.
const TYPES: [&str; 2] = ["jwt", "at+jwt"];

/// A token whose header is acceptable. Its signature is not verified yet.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token {
    text: String,
    pub(crate) key_id: String,
}

impl Token {
    /// Reads a token's header. A header that contains a key or the URL of a key is refused: keys
    /// come from the configured issuer only.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let header = decode_header(text).ok()?;
        let is_pinned = matches!(header.alg, Algorithm::RS256 | Algorithm::ES256);
        let key_id = header.kid.clone().filter(|id| is_id(id))?;
        let is_plain = !brings_a_key(&header) && header.crit.is_none();
        (is_pinned && is_plain && is_access_token(&header)).then(|| Self {
            text: text.to_owned(),
            key_id,
        })
    }

    /// Returns the principal that the token proves at `now`. `None` unless signature, issuer,
    /// audience and times are all present and right.
    pub(crate) fn principal(
        &self,
        key: &VerifyingKey,
        settings: &TokenSettings,
        now: Timestamp,
    ) -> Option<Principal> {
        let claims = self.claims(key, settings)?;
        let id = claims.get(&settings.principal_claim)?.as_str()?;
        let is_free = is_id(id) && !is_reserved(id);
        (is_valid_at(&claims, now) && is_free).then(|| Principal {
            id: id.to_owned(),
            tenants: tenants(claims.get(&settings.tenants_claim)),
            scopes: scopes(claims.get(&settings.scopes_claim)),
            proof: CredentialKind::Token,
        })
    }

    // The key tells the algorithm, whatever the header says. `is_valid_at` checks the times: the
    // library cannot read numbers with `arbitrary_precision`, and uses the machine's clock.
    fn claims(&self, key: &VerifyingKey, settings: &TokenSettings) -> Option<Map<String, Value>> {
        let mut validation = Validation::new(key.algorithm);
        validation.set_issuer(&[&settings.issuer]);
        validation.set_audience(&[&settings.audience]);
        validation.set_required_spec_claims(&["iss", "aud"]);
        validation.validate_exp = false;
        let token = decode::<Map<String, Value>>(&self.text, &key.key, &validation).ok()?;
        // The library also accepts a list that contains our issuer.
        let has_one_issuer = token.claims.get("iss").is_some_and(Value::is_string);
        has_one_issuer.then_some(token.claims)
    }
}

/// Prints the key's id and hides the text, so that a token never reaches a log.
impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token")
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

fn brings_a_key(header: &Header) -> bool {
    let has_url = header.jku.is_some() || header.x5u.is_some();
    has_url || header.jwk.is_some() || header.x5c.is_some()
}

// RFC 7515, 4.1.9: `application/` may be left out.
fn is_access_token(header: &Header) -> bool {
    header.typ.as_ref().is_none_or(|said| {
        let said = said.to_ascii_lowercase();
        TYPES.contains(&said.strip_prefix("application/").unwrap_or(&said))
    })
}

fn is_id(text: &str) -> bool {
    (1..=MAX_ID_BYTES).contains(&text.len()) && !text.contains(char::is_control)
}

// RFC 7519, 4.1.4 and 4.1.5: both are numbers of seconds; `exp` must be there.
fn is_valid_at(claims: &Map<String, Value>, now: Timestamp) -> bool {
    let now = now.as_duration().as_secs_f64();
    let ends_later = claims.get("exp").and_then(Value::as_f64) > Some(now);
    let has_begun = claims.get("nbf").is_none_or(|begin| {
        begin
            .as_f64()
            .is_some_and(|begin| begin <= now + MAX_SECONDS_AHEAD)
    });
    ends_later && has_begun
}

// Leaves out texts that are not valid tenant ids: they grant nothing.
fn tenants(claim: Option<&Value>) -> Vec<TenantId> {
    let texts = match claim {
        Some(Value::String(only)) => vec![only.clone()],
        other => list(other),
    };
    let ids = texts.into_iter().map(TenantId::try_from);
    ids.filter_map(Result::ok).collect()
}

// Leaves out words that are not scopes of ours: they grant nothing.
fn scopes(claim: Option<&Value>) -> Vec<Scope> {
    let words = match claim {
        Some(Value::String(words)) => words.split(' ').map(str::to_owned).collect(),
        other => list(other),
    };
    let scopes = words
        .into_iter()
        .map(|word| serde_json::from_value(word.into()));
    scopes.filter_map(Result::ok).collect()
}

fn list(claim: Option<&Value>) -> Vec<String> {
    let items = claim.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn is_valid(claims: Value) -> bool {
        let now = Timestamp::from_second(1_000).unwrap();
        is_valid_at(claims.as_object().unwrap(), now)
    }

    #[test]
    fn a_token_counts_from_nbf_until_exp() {
        assert!(is_valid(json!({"exp": 1_001})));
        assert!(is_valid(json!({"exp": 1_000.5, "nbf": 1_000})));
        assert!(!is_valid(json!({"exp": 1_000})));
        assert!(!is_valid(json!({"exp": 2_000, "nbf": 1_011})));
    }

    #[test]
    fn times_that_are_not_numbers_are_refused() {
        for bad in [
            json!({}),
            json!({"exp": "2000"}),
            json!({"exp": null}),
            json!({"exp": [2_000]}),
            json!({"exp": true}),
            json!({"exp": 2_000, "nbf": "1"}),
            json!({"exp": 2_000, "nbf": null}),
        ] {
            assert!(!is_valid(bad.clone()), "{bad}");
        }
    }

    #[test]
    fn tenants_and_scopes_are_read_from_texts_and_lists() {
        let ids = |claim: Value| tenants(Some(&claim)).len();
        assert_eq!(ids(json!("a.example")), 1);
        assert_eq!(ids(json!(["a", "b", "a#b", 5, ""])), 2);
        assert_eq!(ids(json!({"a": 1})) + tenants(None).len(), 0);
        let words = |claim: Value| scopes(Some(&claim));
        assert_eq!(
            words(json!("openid read write")),
            [Scope::Read, Scope::Write]
        );
        assert_eq!(words(json!(["admin", "root"])), [Scope::Admin]);
        assert_eq!(words(json!("ADMIN read,write")), []);
    }

    #[test]
    fn no_text_makes_the_reading_of_a_token_panic() {
        for text in [
            "",
            ".",
            "..",
            "...",
            "a.b.c",
            "e30.e30.",
            "\u{fc}.\u{fc}.\u{fc}",
        ] {
            assert_eq!(Token::parse(text), None, "{text}");
        }
    }
}
