//! Who sends a request, as the authorizer tells it.

use axum::http::Extensions;
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::id::TenantId;
use crate::model::principal::{CredentialKind, Principal, Scope};

/// The authorizer's answer, which API Gateway puts into `requestContext.authorizer.lambda`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizerContext {
    /// The key's id, or the token's subject; empty when the sender is unknown.
    pub principal_id: String,
    /// The tenants that the principal belongs to.
    pub tenants: Vec<TenantId>,
    /// What the principal may do there.
    pub scopes: Vec<Scope>,
    /// How the principal was recognised.
    #[serde(default)]
    pub proof: CredentialKind,
}

impl AuthorizerContext {
    /// The context of a principal, or of an unknown sender.
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

/// The principal of a request, if its sender is known.
pub(crate) fn principal(extensions: &Extensions) -> Option<Principal> {
    let context = match extensions.request_context_ref()? {
        RequestContext::ApiGatewayV2(context) => context.authorizer.as_ref()?,
        _ => return None,
    };
    let fields: Value = context
        .fields
        .iter()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let context: AuthorizerContext = serde_json::from_value(fields).ok()?;
    context.principal()
}
