//! Turns a function's answer (payload format 2.0) into HTTP.

use aws_lambda_events::apigw::ApiGatewayV2httpResponse;
use aws_lambda_events::encodings::Body as EventBody;
use axum::body::Body;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONNECTION, CONTENT_LENGTH, SET_COOKIE, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::refusal::Refusal;

/// Converts an answer. One that API Gateway could not use becomes API Gateway's
/// own 500.
pub(super) fn into_http(answer: ApiGatewayV2httpResponse) -> Result<Response, Refusal> {
    let status = status(answer.status_code)?;
    let body = bytes(answer.body, answer.is_base64_encoded)?;
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers(answer.headers, &answer.cookies)?;
    Ok(response)
}

/// Accepts final statuses only: after an interim one the client would wait.
fn status(code: i64) -> Result<StatusCode, Refusal> {
    u16::try_from(code)
        .ok()
        .and_then(|code| StatusCode::from_u16(code).ok())
        .filter(|status| !status.is_informational())
        .ok_or(Refusal::InternalServerError)
}

/// Returns the bytes of a body. A binary body is still bytes in this process; as
/// JSON it would be base64.
fn bytes(body: Option<EventBody>, is_base64: bool) -> Result<Vec<u8>, Refusal> {
    match body {
        Some(EventBody::Text(text)) if is_base64 => STANDARD
            .decode(text)
            .map_err(|_malformed| Refusal::InternalServerError),
        Some(EventBody::Text(text)) => Ok(text.into_bytes()),
        Some(EventBody::Binary(bytes)) => Ok(bytes),
        _ => Ok(Vec::new()),
    }
}

fn headers(mut headers: HeaderMap, cookies: &[String]) -> Result<HeaderMap, Refusal> {
    for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
        headers.remove(name);
    }
    for cookie in cookies {
        let value = HeaderValue::try_from(cookie);
        let value = value.map_err(|_invalid| Refusal::InternalServerError)?;
        headers.append(SET_COOKIE, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use serde_json::{Value, json};

    use super::*;

    fn reply(answer: Value) -> Result<Response, Refusal> {
        into_http(serde_json::from_value(answer).unwrap())
    }

    async fn body(answer: Value) -> Vec<u8> {
        let body = reply(answer).unwrap().into_body();
        to_bytes(body, usize::MAX).await.unwrap().to_vec()
    }

    #[tokio::test]
    async fn text_and_base64_bodies_arrive_as_bytes() {
        let text = json!({"statusCode": 200, "cookies": [], "body": "W10="});
        assert_eq!(body(text).await, b"W10=");
        let binary =
            json!({"statusCode": 200, "cookies": [], "body": "W10=", "isBase64Encoded": true});
        assert_eq!(body(binary).await, b"[]");
    }

    #[test]
    fn status_headers_and_cookies_are_kept() {
        let response = reply(json!({
            "statusCode": 412, "headers": {"etag": "\"2\"", "content-length": "77"}, "cookies": ["a=1", "b=2"],
        }))
        .unwrap();
        assert_eq!(response.status(), 412);
        assert_eq!(response.headers()["etag"], "\"2\"");
        assert_eq!(response.headers().get(CONTENT_LENGTH), None);
        assert_eq!(response.headers().get_all(SET_COOKIE).iter().count(), 2);
    }

    #[test]
    fn an_unusable_answer_is_an_internal_error() {
        for answer in [
            json!({"statusCode": 0, "cookies": []}),
            json!({"statusCode": 101, "cookies": []}),
            json!({"statusCode": 200, "cookies": ["a\nb"]}),
            json!({"statusCode": 200, "cookies": [], "body": "?", "isBase64Encoded": true}),
        ] {
            assert_eq!(reply(answer).err(), Some(Refusal::InternalServerError));
        }
    }
}
