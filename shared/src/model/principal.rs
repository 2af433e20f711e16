//! Who sends a request, and what a record keeps of it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::id::{ApiKeyId, TenantId};

/// What the id of the service itself begins with, where it writes in its own name.
pub const SYSTEM_PREFIX: &str = "system:";

/// What a principal may do. `admin` includes the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Read, search, evaluate.
    Read,
    /// Everything that writes.
    Write,
    /// Locks and the bulk loader's fields.
    Admin,
}

/// By what a principal was recognised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CredentialKind {
    /// An API key, which belongs to a registered tenant.
    #[default]
    ApiKey,
    /// A token of the issuer's, which may name a tenant that is not registered.
    Token,
    /// None: the service itself, such as the expiration sweep.
    System,
}

/// Whether an id is one that the service or an API key has, or reads like one: no token may bring it.
pub fn is_reserved(id: &str) -> bool {
    let id = id.trim().to_ascii_lowercase();
    id.starts_with(SYSTEM_PREFIX) || ApiKeyId::try_from(id).is_ok()
}

/// Somebody whose key or token was found good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The key's id, or the token's subject.
    pub id: String,
    /// The tenants it belongs to.
    pub tenants: Vec<TenantId>,
    /// What it may do there.
    pub scopes: Vec<Scope>,
    /// By what it was recognised.
    pub proof: CredentialKind,
}

impl Principal {
    /// Whether it has `scope`, itself or by `admin`.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope) || self.scopes.contains(&Scope::Admin)
    }
}

/// The way a write came in. Never an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A route for one record.
    Api,
    /// One operation of a batch.
    Batch,
    /// Consume or release.
    Consume,
    /// The expiration sweep.
    Sweep,
}

/// Who made the last write, and how: kept with the record as `sys_last_security_context`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SecurityContext {
    /// The key's id, or the token's subject.
    pub principal_id: String,
    /// The tenant it acted for.
    pub tenant_id: TenantId,
    /// What it was allowed to do.
    pub scopes: Vec<Scope>,
    /// The request, as in `x-request-id`.
    pub request_id: String,
    /// The way in.
    pub source: Source,
    /// By what the principal was recognised; absent where the record was written before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<CredentialKind>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::archival::PRINCIPAL_ID;

    #[test]
    fn what_the_service_and_keys_are_called_is_reserved_in_any_case() {
        for id in [
            PRINCIPAL_ID,
            "SYSTEM:x",
            " system:x",
            "0123456789abcdef",
            "0123456789ABCDEF ",
        ] {
            assert!(is_reserved(id), "{id}");
        }
        for id in [
            "",
            "user-7",
            "systematic",
            "a system:x",
            "0123456789abcdeg",
            "0123456789abcdef0",
        ] {
            assert!(!is_reserved(id), "{id}");
        }
    }

    #[test]
    fn a_context_that_was_kept_without_its_proof_can_be_read() {
        let kept = r#"{"principal_id":"a","tenant_id":"t","scopes":["read"],"request_id":"r","source":"api"}"#;
        let context: SecurityContext = serde_json::from_str(kept).unwrap();
        assert_eq!(context.proof, None);
        assert_eq!(serde_json::to_string(&context).unwrap(), kept);
    }
}
