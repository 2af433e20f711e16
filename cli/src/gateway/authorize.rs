//! Who a request comes from, as the authorizer would tell the function: here
//! one demo key of one demo tenant, made anew at every start.

use std::collections::HashMap;

use aws_lambda_events::apigw::ApiGatewayRequestAuthorizer;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The tenant of the local demo.
pub const DEMO_TENANT: &str = "demo.example";

/// The routes that have no authorizer.
const OPEN: [&str; 2] = ["GET /openapi.json", "$default"];

/// The one key that the local gateway accepts.
#[derive(Clone)]
pub struct DemoKey(String);

impl DemoKey {
    /// 256 random bits: the digest of three random ids, each of which brings
    /// 122 bits of the system's randomness.
    #[must_use]
    pub fn random() -> Self {
        let mut digest = Sha256::new();
        for _ in 0..3 {
            digest.update(Uuid::new_v4().as_bytes());
        }
        let random = URL_SAFE_NO_PAD.encode(digest.finalize());
        Self(format!("demo_{random}"))
    }

    /// As it is sent in `Authorization`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The authorizer's answer for a request on a route; none where the route
    /// has no authorizer. It lets everybody through and says who they are: the
    /// function refuses.
    pub(super) fn authorize(
        &self,
        route_key: &str,
        headers: &HeaderMap,
    ) -> Option<ApiGatewayRequestAuthorizer> {
        if OPEN.contains(&route_key) {
            return None;
        }
        let mut authorizer = ApiGatewayRequestAuthorizer::default();
        authorizer.fields = if self.is_in(headers) {
            demo()
        } else {
            anonymous()
        };
        Some(authorizer)
    }

    fn is_in(&self, headers: &HeaderMap) -> bool {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return false;
        };
        let value = value.to_str().unwrap_or_default().trim();
        let sent = match value.split_once(' ') {
            Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => key.trim_start(),
            _ => value,
        };
        sent == self.0
    }
}

fn demo() -> HashMap<String, Value> {
    context(
        "demo-key",
        &json!([DEMO_TENANT]),
        &json!(["read", "write", "admin"]),
    )
}

fn anonymous() -> HashMap<String, Value> {
    context("", &json!([]), &json!([]))
}

fn context(principal: &str, tenants: &Value, scopes: &Value) -> HashMap<String, Value> {
    HashMap::from([
        ("principal_id".to_owned(), json!(principal)),
        ("tenants".to_owned(), tenants.clone()),
        ("scopes".to_owned(), scopes.clone()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUTE: &str = "GET /credits/{tenantId}";

    fn principal(key: &DemoKey, values: &[&str]) -> Value {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, value.parse().unwrap());
        }
        let authorizer = key.authorize(ROUTE, &headers).unwrap();
        authorizer.fields["principal_id"].clone()
    }

    #[test]
    fn the_key_is_accepted_bare_and_as_bearer() {
        let key = DemoKey::random();
        let bare = key.as_str();
        assert_eq!(principal(&key, &[bare]), "demo-key");
        assert_eq!(principal(&key, &[&format!("Bearer {bare}")]), "demo-key");
        assert_eq!(principal(&key, &[&format!("bearer  {bare}")]), "demo-key");
    }

    #[test]
    fn anything_else_is_anonymous() {
        let key = DemoKey::random();
        let bare = key.as_str();
        assert_eq!(principal(&key, &[]), "");
        assert_eq!(principal(&key, &[DemoKey::random().as_str()]), "");
        assert_eq!(principal(&key, &[&format!("Basic {bare}")]), "");
        assert_eq!(principal(&key, &[bare, bare]), "");
        assert_eq!(principal(&key, &[""]), "");
    }

    #[test]
    fn the_demo_principal_holds_the_demo_tenant_and_every_scope() {
        let fields = demo();
        assert_eq!(fields["tenants"], json!(["demo.example"]));
        assert_eq!(fields["scopes"], json!(["read", "write", "admin"]));
    }

    #[test]
    fn open_routes_have_no_authorizer() {
        let key = DemoKey::random();
        for route in OPEN {
            assert_eq!(key.authorize(route, &HeaderMap::new()), None);
        }
    }
}
