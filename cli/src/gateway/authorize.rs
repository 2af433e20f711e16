//! Asks the authorizer who sends a request, as API Gateway does.

use authorizer::{Authorizer, Event};
use aws_lambda_events::apigw::ApiGatewayRequestAuthorizer;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde_json::Value;
use shared::runtime::invocation::Invocation;

use super::refusal::Refusal;

/// Returns what the event tells about the caller. API Gateway refuses a request without the header
/// before it asks the authorizer. Here such a request has no caller, and the function refuses it.
pub(super) async fn ask(
    authorizer: &Authorizer,
    headers: &HeaderMap,
) -> Result<ApiGatewayRequestAuthorizer, Refusal> {
    let event = Event::new(authorization(headers));
    let answer = authorizer.authorize(event, &Invocation::default()).await;
    let answer = answer.map_err(|_logged| Refusal::InternalServerError)?;
    let mut authorizer = ApiGatewayRequestAuthorizer::default();
    if let Ok(Value::Object(fields)) = serde_json::to_value(answer.context) {
        authorizer.fields = fields.into_iter().collect();
    }
    Ok(authorizer)
}

/// Joins duplicates of the header, as the event does.
fn authorization(headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all(AUTHORIZATION).iter();
    let values: Vec<_> = values
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .collect();
    (!values.is_empty()).then(|| values.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_of_the_header_become_one_value() {
        let mut headers = HeaderMap::new();
        assert_eq!(authorization(&headers), None);
        for value in ["a", "b"] {
            headers.append(AUTHORIZATION, value.parse().unwrap());
        }
        assert_eq!(authorization(&headers).as_deref(), Some("a,b"));
    }
}
