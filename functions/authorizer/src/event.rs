//! What API Gateway asks, and what it is told.

use serde::{Deserialize, Serialize};
use shared::http::caller::AuthorizerContext;

/// The request of an HTTP API, of which only the identity source counts: by it alone API Gateway
/// keeps the answer, so nothing else may decide.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    #[serde(default)]
    identity_source: Option<Vec<String>>,
    #[serde(default)]
    request_context: RequestContext,
}

/// For the log alone.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext {
    #[serde(default)]
    request_id: Option<String>,
}

impl Event {
    /// The event of a request with this `Authorization` header.
    pub fn new(authorization: Option<String>) -> Self {
        Self {
            identity_source: authorization.map(|value| vec![value]),
            request_context: RequestContext::default(),
        }
    }

    /// The id of the request that the caller sends, by which the function that serves it logs too.
    pub fn request_id(&self) -> Option<&str> {
        self.request_context.request_id.as_deref()
    }

    /// The header's value; nothing when it was not sent exactly once.
    pub(crate) fn authorization(&self) -> Option<&str> {
        match self.identity_source.as_deref() {
            Some([only]) => Some(only),
            Some(_) | None => None,
        }
    }
}

/// Never the header.
impl std::fmt::Debug for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Event").finish_non_exhaustive()
    }
}

/// The simple response: always let through, with who it is.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    is_authorized: bool,
    /// What the functions find in the event.
    pub context: AuthorizerContext,
}

impl Answer {
    pub(crate) fn new(context: AuthorizerContext) -> Self {
        Self {
            is_authorized: true,
            context,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_identity_source_is_all_that_counts_of_an_event() {
        let event = json!({
            "version": "2.0", "type": "REQUEST", "identitySource": ["key"], "cookies": null,
            "headers": {"authorization": "another"}, "requestContext": {"http": {}},
        });
        let event: Event = serde_json::from_value(event).unwrap();
        assert_eq!(event.authorization(), Some("key"));
    }

    #[test]
    fn no_header_and_more_than_one_are_nobody() {
        for sources in [json!(null), json!([]), json!(["a", "b"])] {
            let event: Event = serde_json::from_value(json!({"identitySource": sources})).unwrap();
            assert_eq!(event.authorization(), None);
        }
        assert_eq!(
            serde_json::from_value::<Event>(json!({}))
                .unwrap()
                .authorization(),
            None
        );
    }

    #[test]
    fn an_answer_is_a_simple_response() {
        let answer = serde_json::to_value(Answer::new(AuthorizerContext::new(None))).unwrap();
        assert_eq!(
            answer,
            json!({
                "isAuthorized": true,
                "context": {"principal_id": "", "tenants": [], "scopes": [], "proof": "api_key"},
            })
        );
    }
}
