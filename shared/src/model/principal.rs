//! Who sends a request, and what a record keeps of it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::id::TenantId;

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// An API key, which belongs to a registered tenant.
    #[default]
    ApiKey,
    /// A token of the issuer's, which may name a tenant that is not registered.
    Token,
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
    pub proof: Proof,
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
}
