//! Responses, as the published API writes them.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::error::Error;
use crate::base::json::{self, Object};
use crate::protocol::conditions::etag;
use crate::protocol::cursor::CursorScope;
use crate::protocol::page::Page;
use crate::repository::{Entity, Record, Written};

/// The header of a response to a repeated write: this time nothing was written.
pub const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The header with the cursor of a bare array.
pub const LAST_EVALUATED_KEY: HeaderName = HeaderName::from_static("x-last-evaluated-key");

/// Any value as JSON.
#[derive(Clone, Debug)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(bytes) => {
                let mut response = Body::from(bytes).into_response();
                let media_type = HeaderValue::from_static("application/json");
                response
                    .headers_mut()
                    .insert(header::CONTENT_TYPE, media_type);
                response
            }
            Err(error) => Error::internal(error).into_response(),
        }
    }
}

/// Answers a single record, with its version as `ETag`.
impl IntoResponse for Record {
    fn into_response(self) -> Response {
        let mut response = Json(self.fields).into_response();
        insert(&mut response, header::ETAG, &etag(self.version));
        response
    }
}

/// The id of a record that was deleted.
#[derive(Clone, Debug)]
pub struct DeleteResponse<I>(pub Written<I>);

impl<I: Serialize> IntoResponse for DeleteResponse<I> {
    fn into_response(self) -> Response {
        let Self(deleted) = self;
        let mut response = Json(deleted.record).into_response();
        note_replay(&mut response, deleted.is_replayed);
        response
    }
}

/// Answers a record that was written, with its version as `ETag`.
impl<E: Entity> IntoResponse for Written<E> {
    fn into_response(self) -> Response {
        let version = self.record.system().sys_version;
        let mut response = match json::object(&self.record) {
            Ok(fields) => Record { fields, version }.into_response(),
            Err(error) => error.into_response(),
        };
        note_replay(&mut response, self.is_replayed);
        response
    }
}

/// The response of a list: a bare array of records, with the cursor in headers.
#[derive(Clone, Debug)]
pub struct ListResponse {
    records: Vec<Object>,
    cursor: Option<String>,
    uri: Uri,
}

impl ListResponse {
    /// The response for a page, with its end sealed as a cursor. The link to the next page is made
    /// from the URI of the request.
    pub fn new(page: Page, scope: &CursorScope, uri: Uri) -> Self {
        Self {
            records: page.records,
            cursor: page.next.map(|next| scope.seal(&next)),
            uri,
        }
    }
}

impl IntoResponse for ListResponse {
    fn into_response(self) -> Response {
        let mut response = Json(self.records).into_response();
        if let Some(cursor) = self.cursor {
            insert(&mut response, header::LINK, &next_link(&self.uri, &cursor));
            insert(&mut response, LAST_EVALUATED_KEY, &cursor);
        }
        response
    }
}

/// The response of a look-up.
#[derive(Clone, Debug, Serialize, ToSchema)]
// The names that the OpenAPI document has for this type and the next, which generated clients
// depend on.
#[schema(as = LookedUp)]
pub struct LookupResponse<T> {
    /// The number of items in this response.
    #[serde(rename = "Count")]
    pub count: usize,
    /// The items, newest first.
    #[serde(rename = "Items")]
    pub items: Vec<T>,
    /// The cursor of the next page; absent on the last page.
    #[serde(rename = "LastEvaluatedKey", skip_serializing_if = "Option::is_none")]
    pub last_evaluated_key: Option<String>,
}

impl LookupResponse<Object> {
    /// The response for a page, with its end sealed as a cursor.
    pub fn new(page: Page, scope: &CursorScope) -> Self {
        Self {
            count: page.records.len(),
            items: page.records,
            last_evaluated_key: page.next.map(|next| scope.seal(&next)),
        }
    }
}

/// The response of a search.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Searched)]
pub struct SearchResponse<T> {
    /// The items.
    #[serde(rename = "Items")]
    pub items: Vec<T>,
    /// The cursor of the next page; absent on the last page.
    #[serde(rename = "LastEvaluatedKey", skip_serializing_if = "Option::is_none")]
    pub last_evaluated_key: Option<String>,
}

fn next_link(uri: &Uri, cursor: &str) -> String {
    let is_kept = |pair: &&str| !pair.is_empty() && !is_cursor(pair);
    let kept = uri.query().unwrap_or_default().split('&').filter(is_kept);
    let start = format!("exclusiveStartKey={cursor}");
    let query: Vec<_> = kept.chain([start.as_str()]).collect();
    format!("<{}?{}>; rel=\"next\"", uri.path(), query.join("&"))
}

fn note_replay(response: &mut Response, is_replayed: bool) {
    if is_replayed {
        insert(response, IDEMPOTENCY_REPLAYED, "true");
    }
}

// An encoded name is the same parameter.
fn is_cursor(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default();
    percent_decode_str(name).eq(b"exclusiveStartKey".iter().copied())
}

fn insert(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_keeps_the_query_but_for_the_cursor_in_any_spelling() {
        for (query, kept) in [
            ("limit=2&fields=id%2Cdate", "limit=2&fields=id%2Cdate&"),
            ("exclusiveStartKey=a&limit=2", "limit=2&"),
            ("limit=2&exclusive%53tartKey=a", "limit=2&"),
            ("%65xclusiveStartKe%79=a&&limit=2&", "limit=2&"),
            ("exclusiveStartKey", ""),
            (
                "exclusivestartkey=a&exclusiveStartKey2=b",
                "exclusivestartkey=a&exclusiveStartKey2=b&",
            ),
        ] {
            let uri = format!("/credits/t?{query}").parse().unwrap();
            let expected = format!("</credits/t?{kept}exclusiveStartKey=1.b>; rel=\"next\"");
            assert_eq!(next_link(&uri, "1.b"), expected, "{query}");
        }
    }
}
