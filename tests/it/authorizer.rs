//! The authorizer and the functions behind it: the callers that they refuse.

mod api_keys;
mod isolation;
mod issuer;
mod jwks;
mod permissions;
mod registration;
mod tokens;

use authorizer::{Authorizer, Event};
use certs::keys::{KeyRequest, create};
use integration_tests::api::{Api, Response};
use integration_tests::policy::AUTHORIZER;
use serde_json::json;
use shared::model::api_key::NewApiKey;
use shared::model::id::TenantId;
use shared::model::principal::Scope;
use shared::model::tenant::TenantSettings;
use shared::runtime::invocation::Invocation;

use crate::world::World;

impl World {
    /// Returns the authorizer of the world's API keys.
    pub(crate) fn authorizer(&self) -> Authorizer {
        Authorizer::new(self.table_of(AUTHORIZER))
    }

    /// Registers the world's tenant.
    pub(crate) async fn registered_tenant(&self) -> TenantId {
        let tenant = self.api.tenant().parse::<TenantId>().unwrap();
        let settings = TenantSettings::default();
        self.table
            .register_tenant(&tenant, &settings)
            .await
            .unwrap();
        tenant
    }

    /// Makes a new key of the world's tenant.
    pub(crate) async fn key(&self, scopes: &[Scope]) -> NewApiKey {
        let request = KeyRequest {
            tenant: self.registered_tenant().await,
            scopes: scopes.to_vec(),
            expires_at: None,
        };
        create(&self.table, request).await.unwrap()
    }
}

/// Returns the API for a caller with this header.
pub(crate) async fn sender(authorizer: &Authorizer, api: &Api, header: Option<&str>) -> Api {
    let event = Event::new(header.map(str::to_owned));
    let answer = authorizer
        .authorize(event, &Invocation::default())
        .await
        .unwrap();
    api.with_context(&json!(answer.context))
}

/// Returns the API for the holder of a token of its tenant.
pub(crate) fn by_token(api: &Api, scopes: &[&str]) -> Api {
    let tenants = [api.tenant()];
    api.with_context(&json!({
        "principal_id": "user-7", "tenants": tenants, "scopes": scopes, "proof": "token",
    }))
}

/// Returns a refusal's text without the parts that differ between requests.
pub(crate) fn without_id(answer: &Response) -> String {
    let id = answer.header("x-request-id").unwrap();
    answer.text.replace(id, "")
}
