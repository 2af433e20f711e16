//! New API keys: made here, shown once, stored as a hash.

use jiff::Timestamp;
use shared::base::error::Error;
use shared::model::api_key::{ApiKey, NewApiKey};
use shared::model::id::{ApiKeyId, TenantId};
use shared::model::principal::Scope;
use shared::repository::Table;

/// The tenant, the scopes and the end of a new key.
#[derive(Clone, Debug)]
pub struct KeyRequest {
    /// A registered tenant.
    pub tenant: TenantId,
    /// The scopes of its holder.
    pub scopes: Vec<Scope>,
    /// The moment from which the key no longer counts. A key without one does not
    /// expire.
    pub expires_at: Option<Timestamp>,
}

/// Why no key was made.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The tenant is not registered.
    #[error("the tenant `{0}` is not registered: `certs tenants add {0}` registers it")]
    UnknownTenant(TenantId),
    /// The system has no randomness to give.
    #[error("the system has no random bytes to give")]
    Random(#[source] getrandom::Error),
    /// The key may have been stored, but its secret was not shown.
    #[error(
        "it is not known whether the key `{0}` was stored, because the table's answer was lost: run \
         `certs keys revoke {0}`, then make another"
    )]
    OutcomeUnknown(ApiKeyId),
    /// The store refused.
    #[error("the store did not take the key")]
    Store(#[from] Error),
}

/// Makes a key and stores its hash.
///
/// # Errors
/// When the tenant is not registered, the store fails, or the key may have been stored.
pub async fn create(table: &Table, request: KeyRequest) -> Result<NewApiKey, KeyError> {
    if table.registered_tenant(&request.tenant).await?.is_none() {
        return Err(KeyError::UnknownTenant(request.tenant));
    }
    let (key, stored) = make(request)?;
    match table.create_api_key(&stored).await {
        Ok(()) => Ok(key),
        Err(Error::OutcomeUnknown(_)) => Err(KeyError::OutcomeUnknown(key.id)),
        Err(error) => Err(error.into()),
    }
}

/// Makes a key and stores nothing. Returns the key for its owner, and the record
/// to store.
///
/// # Errors
/// When the system has no randomness to give.
pub fn make(request: KeyRequest) -> Result<(NewApiKey, ApiKey), KeyError> {
    let key = NewApiKey::new(random()?, random()?);
    let stored = ApiKey {
        id: key.id.clone(),
        tenant: request.tenant,
        scopes: request.scopes,
        hash: key.hash(),
        created_at: Timestamp::now(),
        expires_at: request.expires_at,
        revoked_at: None,
        last_used_at: None,
    };
    Ok((key, stored))
}

fn random<const N: usize>() -> Result<[u8; N], KeyError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(KeyError::Random)?;
    Ok(bytes)
}
