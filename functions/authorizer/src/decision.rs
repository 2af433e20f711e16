//! Decides who sends a request, from the credential and what was looked up. Pure.

use jiff::Timestamp;
use shared::model::api_key::ApiKey;
use shared::model::principal::Principal;

use crate::credential::Credential;
use crate::jwks::VerifyingKey;
use crate::settings::TokenSettings;

/// The result of the look-up for a credential.
#[derive(Clone, Debug)]
pub(crate) enum LookedUp {
    /// Nothing was found.
    Nothing,
    /// The API key with the credential's id.
    ApiKey(ApiKey),
    /// The issuer's key with the id in the token, and the issuer's settings.
    Signer {
        /// The key that the token's header names.
        key: VerifyingKey,
        /// The settings that a token must match.
        settings: TokenSettings,
    },
}

/// Returns the principal that the credential proves at `now`. `None` unless every check succeeds.
pub(crate) fn decide(
    credential: &Credential,
    found: &LookedUp,
    now: Timestamp,
) -> Option<Principal> {
    match (credential, found) {
        (Credential::ApiKey(presented), LookedUp::ApiKey(key)) => key.principal(presented, now),
        (Credential::Token(token), LookedUp::Signer { key, settings }) => {
            token.principal(key, settings, now)
        }
        (Credential::None | Credential::ApiKey(_) | Credential::Token(_), _) => None,
    }
}
