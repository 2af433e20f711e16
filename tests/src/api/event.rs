//! The event that API Gateway's HTTP API makes from a request (payload 2.0).

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::routes;

const HOST: &str = "api-id.execute-api.eu-central-1.amazonaws.com";

/// The request of a client.
#[derive(Clone, Debug, Default)]
pub(super) struct Sent {
    pub(super) method: String,
    /// The path, encoded as in a URL.
    pub(super) path: String,
    /// The query, encoded as in a URL, without the question mark.
    pub(super) query: String,
    /// The headers, with names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Vec<u8>>,
}

/// Makes the event. An HTTP API finds the route by the path as it was sent, and passes on the
/// decoded path and the unchanged query.
pub(super) fn event(sent: &Sent) -> Value {
    let path = percent_decode_str(&sent.path).decode_utf8_lossy();
    let (route_key, path_parameters) = match routes::matching(&sent.method, &sent.path) {
        Some((route, parameters)) => (route.key(), parameters),
        None => ("$default".to_owned(), Vec::new()),
    };
    let mut event = json!({
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": path,
        "rawQueryString": sent.query,
        "headers": headers(sent),
        "requestContext": context(sent, &path, &route_key),
        "isBase64Encoded": false,
    });
    let query = serde_urlencoded::from_str(&sent.query).unwrap_or_default();
    set_unless_empty(&mut event, "queryStringParameters", joined(query));
    set_unless_empty(&mut event, "pathParameters", joined(path_parameters));
    set_body(&mut event, sent);
    event
}

fn headers(sent: &Sent) -> Map<String, Value> {
    let mut headers = sent.headers.clone();
    headers.push(("host".to_owned(), HOST.to_owned()));
    headers.push(("x-forwarded-proto".to_owned(), "https".to_owned()));
    joined(headers)
}

fn context(sent: &Sent, path: &str, route_key: &str) -> Value {
    let now = Timestamp::now();
    json!({
        "accountId": "123456789012",
        "apiId": "api-id",
        "domainName": HOST,
        "domainPrefix": "api-id",
        "http": {
            "method": sent.method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": "192.0.2.1",
            "userAgent": "integration-tests",
        },
        "requestId": Uuid::new_v4().to_string(),
        "routeKey": route_key,
        "stage": "$default",
        "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
        "timeEpoch": now.as_millisecond(),
    })
}

/// Sets the body: as text if its content type is text, else as base64.
fn set_body(event: &mut Value, sent: &Sent) {
    let Some(body) = &sent.body else { return };
    match std::str::from_utf8(body) {
        Ok(text) if has_text(sent) => event["body"] = text.into(),
        _ => {
            event["body"] = STANDARD.encode(body).into();
            event["isBase64Encoded"] = true.into();
        }
    }
}

fn has_text(sent: &Sent) -> bool {
    let mut headers = sent.headers.iter();
    let content_type = headers.find(|(name, _)| name == "content-type");
    content_type.is_some_and(|(_, value)| {
        let kind = value.split(';').next().unwrap_or_default().trim();
        let known = [
            "application/json",
            "application/xml",
            "application/javascript",
        ];
        kind.starts_with("text/") || known.contains(&kind)
    })
}

/// Joins the values of one name with commas.
fn joined(pairs: Vec<(String, String)>) -> Map<String, Value> {
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in pairs {
        values.entry(name).or_default().push(value);
    }
    let joined = values.into_iter();
    joined
        .map(|(name, values)| (name, values.join(",").into()))
        .collect()
}

fn set_unless_empty(event: &mut Value, name: &str, members: Map<String, Value>) {
    if !members.is_empty() {
        event[name] = members.into();
    }
}
