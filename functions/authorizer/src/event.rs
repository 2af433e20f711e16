//! The event from API Gateway, and the answer to it.

use serde::{Deserialize, Serialize};
use shared::http::caller::AuthorizerContext;

/// The event of an HTTP API. Only the identity source decides: API Gateway caches the answer by the
/// identity source alone.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    #[serde(default)]
    identity_source: Option<Vec<String>>,
    #[serde(default)]
    request_context: RequestContext,
}

/// The request as API Gateway describes it. Only the log uses it.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext {
    #[serde(default)]
    request_id: Option<String>,
}

impl Event {
    /// Makes the event of a request with this `Authorization` header.
    pub fn new(authorization: Option<String>) -> Self {
        Self {
            identity_source: authorization.map(|value| vec![value]),
            request_context: RequestContext::default(),
        }
    }

    /// Returns the id of the caller's request. The function that serves the request logs the same
    /// id.
    pub fn request_id(&self) -> Option<&str> {
        self.request_context.request_id.as_deref()
    }

    /// Returns the header's value, if the header was sent exactly once.
    pub(crate) fn authorization(&self) -> Option<&str> {
        match self.identity_source.as_deref() {
            Some([only]) => Some(only),
            Some(_) | None => None,
        }
    }
}

/// Hides the header, so that a credential never reaches a log.
impl std::fmt::Debug for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Event").finish_non_exhaustive()
    }
}

/// The simple response. It lets every request through, and tells who sends it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    is_authorized: bool,
    /// The caller, as the functions find it in their event.
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
    fn only_the_identity_source_of_an_event_counts() {
        let event = json!({
            "version": "2.0", "type": "REQUEST", "identitySource": ["key"], "cookies": null,
            "headers": {"authorization": "another"}, "requestContext": {"http": {}},
        });
        let event: Event = serde_json::from_value(event).unwrap();
        assert_eq!(event.authorization(), Some("key"));
    }

    #[test]
    fn a_header_that_is_missing_or_repeated_is_not_read() {
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
