//! `POST /_local/sweep`: runs the expiration sweep, with its event as the body. On AWS only the
//! schedule starts the sweep; here the holder of the demo key does.

use aws_lambda_events::apigw::ApiGatewayRequestAuthorizer;
use axum::response::{IntoResponse, Response};
use expiration_sweep::Sweep;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use serde_json::{Value, json};
use shared::base::error::Error;
use shared::base::json;
use shared::http::caller::AuthorizerContext;
use shared::http::problem::{HttpError, MEDIA_TYPE};
use shared::model::id::ApiKeyId;
use shared::model::principal::{CredentialKind, Scope};
use shared::runtime::deadline::Deadline;
use shared::runtime::invocation::Invocation;
use uuid::Uuid;

const PATH: &str = "/_local/sweep";
/// The levels of an event: an object of lists of texts, or of reports.
const MAX_LEVELS: usize = 4;

/// The sweep, and the only key that may start it, because it reaches every tenant.
#[derive(Clone, Debug)]
pub struct LocalSweep {
    sweep: Sweep,
    key: ApiKeyId,
}

impl LocalSweep {
    /// Makes a sweep that only the holder of the key with this id may start.
    #[must_use]
    pub fn new(sweep: Sweep, key: ApiKeyId) -> Self {
        Self { sweep, key }
    }

    pub(super) fn takes(parts: &Parts) -> bool {
        parts.method == Method::POST && parts.uri.path() == PATH
    }

    /// Runs the sweep. Like the function, it runs to its end even if the client
    /// hangs up.
    pub(super) async fn answer(
        &self,
        caller: &ApiGatewayRequestAuthorizer,
        body: Vec<u8>,
    ) -> Response {
        let request_id = Uuid::new_v4().simple().to_string();
        let (local, caller, id) = (self.clone(), caller.clone(), request_id.clone());
        let run = async move { local.run(&caller, &body, id).await };
        let ran = tokio::spawn(run).await.map_err(Error::internal);
        match ran.and_then(|answer| answer) {
            Ok(report) => axum_json(StatusCode::OK, "application/json", &report),
            Err(error) => refusal(error, &request_id),
        }
    }

    async fn run(
        &self,
        caller: &ApiGatewayRequestAuthorizer,
        body: &[u8],
        request_id: String,
    ) -> Result<Value, Error> {
        self.admit(caller)?;
        let event = match body {
            [] => json!({}),
            body => json::parse(body, MAX_LEVELS)?,
        };
        let invocation = Invocation::new(request_id, Deadline::NONE);
        self.sweep.handle(event, &invocation).await
    }

    // The subject of a token can be any text, so the id alone proves nothing.
    fn admit(&self, caller: &ApiGatewayRequestAuthorizer) -> Result<(), Error> {
        let fields = caller.fields.clone().into_iter().collect();
        let caller: AuthorizerContext =
            serde_json::from_value(Value::Object(fields)).map_err(Error::internal)?;
        if caller.principal_id.is_empty() {
            return Err(Error::Unauthenticated);
        }
        let is_demo_key =
            caller.proof == CredentialKind::ApiKey && caller.principal_id == self.key.as_str();
        if is_demo_key && caller.scopes.contains(&Scope::Admin) {
            Ok(())
        } else {
            Err(Error::Forbidden)
        }
    }
}

fn refusal(error: Error, request_id: &str) -> Response {
    let error = HttpError::from(error);
    let problem = serde_json::to_value(error.problem(request_id)).unwrap_or_default();
    axum_json(error.status(), MEDIA_TYPE, &problem)
}

fn axum_json(status: StatusCode, media_type: &'static str, body: &Value) -> Response {
    let headers = [(CONTENT_TYPE, HeaderValue::from_static(media_type))];
    (status, headers, body.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use shared::repository::Table;

    use super::*;
    use crate::store::{AccessKey, client};

    const DEMO_KEY: &str = "0123456789abcdef";

    fn admitted(caller: Value) -> Result<(), &'static str> {
        let nowhere = client("http://127.0.0.1:9", &AccessKey::new("none"));
        let key = DEMO_KEY.parse::<ApiKeyId>().unwrap();
        let local = LocalSweep::new(Sweep::new(Table::new(nowhere, "none")), key);
        let mut authorizer = ApiGatewayRequestAuthorizer::default();
        authorizer.fields = caller.as_object().unwrap().clone().into_iter().collect();
        local.admit(&authorizer).map_err(|error| error.code())
    }

    fn caller(id: &str, proof: &str, scopes: &[&str]) -> Value {
        json!({"principal_id": id, "tenants": ["demo.example"], "scopes": scopes, "proof": proof})
    }

    #[test]
    fn only_the_demo_key_with_its_admin_scope_is_admitted() {
        let all = ["read", "write", "admin"];
        assert_eq!(admitted(caller(DEMO_KEY, "api_key", &all)), Ok(()));
        for other in [
            caller(DEMO_KEY, "token", &all),
            caller(DEMO_KEY, "token", &[]),
            caller(DEMO_KEY, "api_key", &["read", "write"]),
            caller("fedcba9876543210", "api_key", &all),
        ] {
            assert_eq!(admitted(other.clone()), Err("forbidden"), "{other}");
        }
        let nobody = caller("", "api_key", &[]);
        assert_eq!(admitted(nobody), Err("unauthenticated"));
    }
}
