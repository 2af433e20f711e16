//! Who it is: a pure function over what was sent and what was looked up.

use jiff::Timestamp;
use shared::model::api_key::ApiKey;
use shared::model::principal::Principal;

use crate::credential::Credential;
use crate::jwks::VerifyingKey;
use crate::settings::TokenSettings;

/// What the look-up for a credential found.
#[derive(Clone, Debug)]
pub(crate) enum LookedUp {
    /// There is nothing.
    Nothing,
    /// The API key of that id.
    ApiKey(ApiKey),
    /// The issuer's key of that id, and what else its tokens must be.
    Signer {
        /// The key that the token's header names.
        key: VerifyingKey,
        /// Whose tokens count.
        settings: TokenSettings,
    },
}

/// Whom the credential stands for at `now`; nobody unless everything fits.
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
