//! The sender of a request, and the part of it that a record keeps.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::id::{ApiKeyId, TenantId};

/// The prefix of the service's own id, which it uses when it writes by itself.
pub const SYSTEM_PREFIX: &str = "system:";

/// A permission of a principal. `admin` includes the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Read, search, evaluate.
    Read,
    /// Create, change, delete, consume and release.
    Write,
    /// Set locks and the bulk loader's fields.
    Admin,
}

/// The kind of credential by which a principal was recognised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CredentialKind {
    /// An API key, which belongs to a registered tenant.
    #[default]
    ApiKey,
    /// A token of the issuer's, which may name a tenant that is not registered.
    Token,
    /// No credential: the service itself, such as the expiration sweep.
    System,
}

/// Returns whether an id belongs to the service or to an API key, or reads like such an id. A token
/// with a reserved id is refused.
pub fn is_reserved(id: &str) -> bool {
    let id = id.trim().to_ascii_lowercase();
    id.starts_with(SYSTEM_PREFIX) || ApiKeyId::try_from(id).is_ok()
}

/// The owner of a valid key or token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The key's id, or the token's subject.
    pub id: String,
    /// The tenants that the principal belongs to.
    pub tenants: Vec<TenantId>,
    /// The scopes that the principal has there.
    pub scopes: Vec<Scope>,
    /// The kind of credential by which the principal was recognised.
    pub proof: CredentialKind,
}

impl Principal {
    /// Returns whether the principal has `scope`, itself or by `admin`.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope) || self.scopes.contains(&Scope::Admin)
    }
}

/// The kind of request that a write came from.
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

/// The author of the last write: kept with the record as `sys_last_security_context`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SecurityContext {
    /// The key's id, or the token's subject.
    pub principal_id: String,
    /// The tenant that the principal acted for.
    pub tenant_id: TenantId,
    /// The scopes that the principal had.
    pub scopes: Vec<Scope>,
    /// The request, as in `x-request-id`.
    pub request_id: String,
    /// The kind of request.
    pub source: Source,
    /// The kind of credential; absent in records that were written before it was kept.
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
