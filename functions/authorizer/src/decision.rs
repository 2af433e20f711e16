//! Who it is: a pure function over what was sent and what was looked up.

use jiff::Timestamp;
use shared::model::api_key::ApiKey;
use shared::model::principal::Principal;

use crate::credential::Credential;

/// What the look-up for a credential found.
#[derive(Clone, Debug)]
pub(crate) enum LookedUp {
    /// There is nothing.
    Nothing,
    /// The key of that id.
    ApiKey(ApiKey),
}

/// Whom the credential stands for at `now`; nobody unless everything fits.
pub(crate) fn decide(
    credential: &Credential,
    found: &LookedUp,
    now: Timestamp,
) -> Option<Principal> {
    match (credential, found) {
        (Credential::ApiKey(presented), LookedUp::ApiKey(key)) => key.principal(presented, now),
        (Credential::None | Credential::ApiKey(_), _) => None,
    }
}
