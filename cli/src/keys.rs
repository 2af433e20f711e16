//! New API keys: made here, shown once, kept as a hash.

use jiff::Timestamp;
use shared::base::error::Error;
use shared::model::api_key::{ApiKey, NewApiKey};
use shared::model::id::{ApiKeyId, TenantId};
use shared::model::principal::Scope;
use shared::repository::Table;

/// Whose key, what it may do, and until when.
#[derive(Clone, Debug)]
pub struct KeyRequest {
    /// A registered tenant.
    pub tenant: TenantId,
    /// What its holder may do there.
    pub scopes: Vec<Scope>,
    /// The moment from which it no longer counts; never when absent.
    pub expires_at: Option<Timestamp>,
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A key belongs to a tenant that is known.
    #[error("the tenant `{0}` is not registered: `certs tenants add {0}` registers it")]
    UnknownTenant(TenantId),
    /// The system has no randomness to give.
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
    /// The store may have the key, and nobody has seen its secret.
    #[error(
        "it is not known whether the key `{0}` was stored, because the table's answer was lost: \
         `certs keys revoke {0}` takes it back if it was; then make another"
    )]
    OutcomeUnknown(ApiKeyId),
    /// The store refused.
    #[error("the store did not take the key")]
    Store(#[from] Error),
}

/// Makes a key and stores its hash.
///
/// # Errors
/// When the tenant is not registered, when the key may have been stored, and those of the store.
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

/// Makes a key and stores nothing: what its owner holds, and what to keep of it.
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
