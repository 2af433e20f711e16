//! Turns an HTTP request into an API Gateway v2 event (payload format 2.0).

use std::collections::HashMap;
use std::net::IpAddr;

use aws_lambda_events::apigw::{
    ApiGatewayV2httpRequest, ApiGatewayV2httpRequestContext,
    ApiGatewayV2httpRequestContextHttpDescription,
};
use http::header::{CONNECTION, COOKIE, HOST, TE, TRANSFER_ENCODING, UPGRADE, USER_AGENT};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use uuid::Uuid;

use super::refusal::Refusal;
use super::routes::Route;

/// API Gateway's limit for the request line and all headers together.
pub const MAX_HEADER_BYTES: usize = 10_240;

/// The headers of the connection. API Gateway does not pass them on.
const OF_THE_CONNECTION: [HeaderName; 4] = [CONNECTION, TE, TRANSFER_ENCODING, UPGRADE];

pub(super) fn check_header_size(parts: &Parts) -> Result<(), Refusal> {
    let headers = parts.headers.iter();
    let headers: usize = headers
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    let target = parts
        .uri
        .path_and_query()
        .map_or(0, |target| target.as_str().len());
    if parts.method.as_str().len() + target + headers > MAX_HEADER_BYTES {
        return Err(Refusal::RequestHeaderFieldsTooLarge);
    }
    Ok(())
}

/// Decodes the path once, as HTTP APIs do. Refuses a target that is not a path (`*`, an authority),
/// a `%` without two digits, and bytes that are not UTF-8.
pub(super) fn decoded_path(parts: &Parts) -> Result<String, Refusal> {
    let path = parts.uri.path();
    if !path.starts_with('/') || !escapes_are_whole(path) {
        return Err(Refusal::BadRequest);
    }
    let decoded = percent_decode_str(path).decode_utf8();
    decoded
        .map(String::from)
        .map_err(|_invalid| Refusal::BadRequest)
}

fn escapes_are_whole(path: &str) -> bool {
    path.split('%').skip(1).all(|rest| {
        let digits = rest.bytes().take(2).filter(u8::is_ascii_hexdigit);
        digits.count() == 2
    })
}

pub(super) fn build(
    parts: &Parts,
    route: &Route<'_>,
    path: String,
    source: IpAddr,
) -> ApiGatewayV2httpRequest {
    let query = parts.uri.query().unwrap_or_default();
    let mut event = ApiGatewayV2httpRequest::default();
    event.version = Some("2.0".into());
    event.route_key = Some(route.key().to_owned());
    event.raw_query_string = Some(query.to_owned());
    event.query_string_parameters = query_parameters(query).into();
    event.path_parameters = route.path_parameters().clone();
    event.cookies = cookies(&parts.headers);
    event.headers = headers(&parts.headers, source);
    event.request_context = context(parts, route, &path, source);
    event.raw_path = Some(path);
    event
}

/// Decodes the query. The values of a name keep the order in which they were sent. The event joins
/// them with commas.
fn query_parameters(query: &str) -> HashMap<String, Vec<String>> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let mut parameters = HashMap::<String, Vec<String>>::new();
    for (name, value) in pairs {
        parameters.entry(name).or_default().push(value);
    }
    parameters
}

fn cookies(headers: &HeaderMap) -> Option<Vec<String>> {
    let values = headers.get_all(COOKIE).iter();
    let cookies: Vec<String> = values
        .flat_map(|value| {
            text(value)
                .split(';')
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .map(|cookie| cookie.trim().to_owned())
        .filter(|cookie| !cookie.is_empty())
        .collect();
    (!cookies.is_empty()).then_some(cookies)
}

/// Joins duplicates with commas, and adds the forwarding headers. The gateway
/// sets those itself, whatever the client sent.
fn headers(sent: &HeaderMap, source: IpAddr) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for name in sent.keys() {
        if *name == COOKIE || OF_THE_CONNECTION.contains(name) {
            continue;
        }
        let values: Vec<String> = sent.get_all(name).iter().map(text).collect();
        if let Ok(joined) = HeaderValue::try_from(values.join(",")) {
            headers.insert(name, joined);
        }
    }
    add_forwarding(&mut headers, source);
    headers
}

fn add_forwarding(headers: &mut HeaderMap, source: IpAddr) {
    let port = headers.get(HOST).map(text).unwrap_or_default();
    let port = port.rsplit_once(':').map_or("80", |(_, port)| port);
    for (name, value) in [
        ("x-forwarded-for", source.to_string()),
        ("x-forwarded-port", port.to_owned()),
        ("x-forwarded-proto", "http".to_owned()),
    ] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
}

/// Returns a header as text. Events are JSON, so bytes that are not UTF-8 are replaced.
fn text(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

fn context(
    parts: &Parts,
    route: &Route<'_>,
    path: &str,
    source: IpAddr,
) -> ApiGatewayV2httpRequestContext {
    let now = Timestamp::now();
    let mut context = ApiGatewayV2httpRequestContext::default();
    context.route_key = Some(route.key().to_owned());
    context.account_id = Some("000000000000".into());
    context.stage = Some("$default".into());
    context.request_id = Some(Uuid::new_v4().simple().to_string());
    context.apiid = Some("local".into());
    // The Host header is not used: a client can write anything there.
    context.domain_name = Some("localhost".into());
    context.domain_prefix = Some("localhost".into());
    context.time = Some(now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string());
    context.time_epoch = now.as_millisecond();
    context.http = description(parts, path, source);
    context
}

fn description(
    parts: &Parts,
    path: &str,
    source: IpAddr,
) -> ApiGatewayV2httpRequestContextHttpDescription {
    let mut http = ApiGatewayV2httpRequestContextHttpDescription::default();
    http.method = parts.method.clone();
    http.path = Some(path.to_owned());
    http.protocol = Some(format!("{:?}", parts.version));
    http.source_ip = Some(source.to_string());
    http.user_agent = Some(parts.headers.get(USER_AGENT).map(text).unwrap_or_default());
    http
}

#[cfg(test)]
mod tests;
