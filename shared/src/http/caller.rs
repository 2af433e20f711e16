//! Who calls, for which tenant. A handler's parameters are its permissions: one that takes a
//! [`Reader`] or a [`Writer`] runs only after the tenant and the scope were checked.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base::error::Error;
use crate::http::observe::Sender;
use crate::http::path::{foreign_path, has_survived};
use crate::http::registration::PendingRegistration;
use crate::model::id::TenantId;
use crate::model::principal::{CredentialKind, Principal, Scope, SecurityContext, Source};
use crate::runtime::invocation::Invocation;

/// A principal at work for one of its tenants.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The tenant of the path, which is one of the principal's.
    pub tenant: TenantId,
    principal: Principal,
    request_id: String,
}

/// A caller who may read.
#[derive(Clone, Debug)]
pub struct Reader(pub Caller);

/// A caller who may write.
#[derive(Clone, Debug)]
pub struct Writer(pub Caller);

impl Caller {
    /// Whether it may set the lock and the bulk loader's fields.
    pub fn is_admin(&self) -> bool {
        self.principal.may(Scope::Admin)
    }

    /// The key's id, or the token's subject.
    pub fn principal_id(&self) -> &str {
        &self.principal.id
    }

    /// By what it was recognised.
    pub(crate) fn proof(&self) -> CredentialKind {
        self.principal.proof
    }

    /// What a record keeps of this caller's write.
    pub fn author(&self, source: Source) -> SecurityContext {
        SecurityContext {
            principal_id: self.principal.id.clone(),
            tenant_id: self.tenant.clone(),
            scopes: self.principal.scopes.clone(),
            request_id: self.request_id.clone(),
            source,
            proof: Some(self.principal.proof),
        }
    }

    // Unknown callers first, then other tenants, then missing scopes; a refusal names no tenant.
    async fn with_scope(parts: &mut Parts, scope: Scope) -> Result<Self, Error> {
        let principal = principal(parts).ok_or(Error::Unauthenticated)?;
        let sender = parts.extensions.get::<Sender>().cloned();
        let sender = sender.unwrap_or_default();
        sender.is(&principal.id);
        let params = RawPathParams::from_request_parts(parts, &())
            .await
            .map_err(|_| Error::Forbidden)?;
        let tenant = params
            .iter()
            .find(|(name, _)| *name == "tenantId")
            .map(|(_, value)| value);
        let own = principal
            .tenants
            .iter()
            .find(|own| Some(own.as_str()) == tenant);
        let tenant = own.cloned().ok_or(Error::Forbidden)?;
        sender.works_for(&tenant);
        if !principal.may(scope) {
            return Err(Error::Forbidden);
        }
        check_path(parts)?;
        let invocation = parts.extensions.get::<Invocation>();
        let request_id = invocation.map(|invocation| invocation.request_id.clone());
        let caller = Self {
            tenant,
            principal,
            request_id: request_id.unwrap_or_default(),
        };
        if let Some(pending) = parts.extensions.get::<PendingRegistration>() {
            pending.note(&caller);
        }
        Ok(caller)
    }
}

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Caller::with_scope(parts, Scope::Read).await.map(Self)
    }
}

impl<S: Sync> FromRequestParts<S> for Writer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Caller::with_scope(parts, Scope::Write).await.map(Self)
    }
}

// A request must never reach another record than the one it names.
fn check_path(parts: &Parts) -> Result<(), Error> {
    if has_survived(&parts.uri, &parts.extensions) {
        Ok(())
    } else {
        Err(foreign_path())
    }
}

/// What the authorizer says of the caller, in `requestContext.authorizer.lambda`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizerContext {
    /// The key's id, or the token's subject; empty when nobody we know has sent the request.
    pub principal_id: String,
    /// The tenants it belongs to.
    pub tenants: Vec<TenantId>,
    /// What it may do there.
    pub scopes: Vec<Scope>,
    /// By what it was recognised.
    #[serde(default)]
    pub proof: CredentialKind,
}

impl AuthorizerContext {
    /// What to say of a principal, or of nobody.
    pub fn new(principal: Option<Principal>) -> Self {
        principal.map_or_else(Self::default, |known| Self {
            principal_id: known.id,
            tenants: known.tenants,
            scopes: known.scopes,
            proof: known.proof,
        })
    }

    fn principal(self) -> Option<Principal> {
        let is_known = !self.principal_id.is_empty();
        is_known.then_some(Principal {
            id: self.principal_id,
            tenants: self.tenants,
            scopes: self.scopes,
            proof: self.proof,
        })
    }
}

fn principal(parts: &Parts) -> Option<Principal> {
    let context = match parts.extensions.request_context_ref()? {
        RequestContext::ApiGatewayV2(context) => context.authorizer.as_ref()?,
        _ => return None,
    };
    let fields: Value = context
        .fields
        .iter()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let said: AuthorizerContext = serde_json::from_value(fields).ok()?;
    said.principal()
}
