//! Reads the body of a request within API Gateway's limit, and passes it on as
//! text or as base64 by API Gateway's rules.

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};

use super::refusal::Refusal;

/// API Gateway's payload limit, 10 MB.
pub const MAX_BODY_BYTES: usize = 10 * 1024 * 1024;

/// The part of a body over the limit that is read and thrown away. A client that
/// still sends when the connection closes would not see the 413.
const MAX_DRAINED_BYTES: usize = 4 * MAX_BODY_BYTES;

pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Refusal> {
    if announced_length(headers).is_some_and(|length| length > MAX_DRAINED_BYTES) {
        return Err(Refusal::RequestEntityTooLarge);
    }
    let mut read = Vec::new();
    let mut length = 0_usize;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_unreadable| Refusal::BadRequest)?;
        length = length.saturating_add(chunk.len());
        if length > MAX_DRAINED_BYTES {
            break;
        }
        if length <= MAX_BODY_BYTES {
            read.extend_from_slice(&chunk);
        }
    }
    match length {
        0..=MAX_BODY_BYTES => Ok(read),
        _ => Err(Refusal::RequestEntityTooLarge),
    }
}

fn announced_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Returns the body as an event carries it, and whether it is base64. A body is
/// base64 when it is not UTF-8 or its content type is not text. API Gateway does
/// not count a form as text. An empty body is absent.
#[must_use]
pub fn encoded(headers: &HeaderMap, body: Vec<u8>) -> (Option<String>, bool) {
    if body.is_empty() {
        return (None, false);
    }
    if !is_text(headers) {
        return (Some(STANDARD.encode(body)), true);
    }
    match String::from_utf8(body) {
        Ok(text) => (Some(text), false),
        Err(binary) => (Some(STANDARD.encode(binary.as_bytes())), true),
    }
}

/// Tells whether the content type is text. API Gateway assumes text without one.
fn is_text(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return true;
    };
    let value = value.to_str().unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    essence.starts_with("text/")
        || [
            "application/json",
            "application/javascript",
            "application/xml",
        ]
        .contains(&essence.as_str())
        || essence.ends_with("+json")
        || essence.ends_with("+xml")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(content_type: &str, body: &[u8]) -> (Option<String>, bool) {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, content_type.parse().unwrap());
        encoded(&headers, body.to_vec())
    }

    #[test]
    fn json_of_every_kind_is_text() {
        for content_type in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/json-patch+json",
            "application/merge-patch+json",
            "text/plain",
        ] {
            assert_eq!(
                sent(content_type, b"[]"),
                (Some("[]".into()), false),
                "{content_type}"
            );
        }
    }

    #[test]
    fn a_body_of_another_content_type_is_base64() {
        for content_type in [
            "application/octet-stream",
            "application/x-www-form-urlencoded",
            "",
        ] {
            assert_eq!(
                sent(content_type, b"[]"),
                (Some("W10=".into()), true),
                "{content_type}"
            );
        }
    }

    #[test]
    fn text_that_is_not_utf8_is_base64() {
        assert_eq!(
            sent("application/json", b"\xff"),
            (Some("/w==".into()), true)
        );
    }

    #[test]
    fn a_body_without_content_type_is_text() {
        assert_eq!(
            encoded(&HeaderMap::new(), b"{}".to_vec()),
            (Some("{}".into()), false)
        );
    }

    #[test]
    fn an_empty_body_is_absent() {
        assert_eq!(sent("application/octet-stream", b""), (None, false));
    }

    #[tokio::test]
    async fn a_body_of_the_limit_passes_and_one_byte_more_does_not() {
        let exact = read(&HeaderMap::new(), Body::from(vec![b' '; MAX_BODY_BYTES])).await;
        assert_eq!(exact.map(|body| body.len()), Ok(MAX_BODY_BYTES));
        let over = read(
            &HeaderMap::new(),
            Body::from(vec![b' '; MAX_BODY_BYTES + 1]),
        )
        .await;
        assert_eq!(over, Err(Refusal::RequestEntityTooLarge));
    }
}
