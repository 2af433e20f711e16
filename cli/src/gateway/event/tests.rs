use std::net::Ipv4Addr;

use http::Request;
use serde_json::{Value, json};

use super::*;
use crate::gateway::routes::Routes;

fn parts(request: http::request::Builder) -> Parts {
    request.body(()).unwrap().into_parts().0
}

fn event_of(request: http::request::Builder) -> Value {
    let parts = parts(request);
    let routes = Routes::from_template().unwrap();
    let route = routes.find(&parts.method, parts.uri.path()).unwrap();
    let path = decoded_path(&parts).unwrap();
    let event = build(&parts, &route, path, Ipv4Addr::LOCALHOST.into());
    serde_json::to_value(event).unwrap()
}

fn refusal_of(path: &str) -> Option<Refusal> {
    decoded_path(&parts(Request::get(path))).err()
}

#[test]
fn an_event_says_what_was_asked() {
    let event =
        event_of(Request::get("/credits/demo.example/c-1?fields=id").header("user-agent", "curl"));
    assert_eq!(event["version"], "2.0");
    assert_eq!(event["routeKey"], "GET /credits/{tenantId}/{id}");
    assert_eq!(event["rawPath"], "/credits/demo.example/c-1");
    assert_eq!(event["rawQueryString"], "fields=id");
    assert_eq!(
        event["pathParameters"],
        json!({"tenantId": "demo.example", "id": "c-1"})
    );
    let context = &event["requestContext"];
    assert_eq!(context["routeKey"], "GET /credits/{tenantId}/{id}");
    assert_eq!(context["stage"], "$default");
    assert_eq!(context["http"]["method"], "GET");
    assert_eq!(context["http"]["path"], "/credits/demo.example/c-1");
    assert_eq!(context["http"]["protocol"], "HTTP/1.1");
    assert_eq!(context["http"]["sourceIp"], "127.0.0.1");
    assert_eq!(context["http"]["userAgent"], "curl");
}

#[test]
fn the_time_is_given_in_words_and_in_milliseconds() {
    let event = event_of(Request::get("/"));
    let context = &event["requestContext"];
    let epoch = context["timeEpoch"].as_i64().unwrap();
    let moment = Timestamp::from_millisecond(epoch).unwrap();
    let words = moment.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string();
    assert_eq!(context["time"], words);
}

#[test]
fn two_requests_have_two_ids() {
    let id = |event: Value| event["requestContext"]["requestId"].clone();
    assert_ne!(
        id(event_of(Request::get("/"))),
        id(event_of(Request::get("/")))
    );
}

#[test]
fn the_path_is_decoded_once() {
    let event = event_of(Request::get("/credits/t/a%2523b%20c"));
    assert_eq!(event["rawPath"], "/credits/t/a%23b c");
    assert_eq!(event["pathParameters"]["id"], "a%23b c");
}

#[test]
fn a_path_that_cannot_be_decoded_is_refused() {
    for path in [
        "/credits/%ff",
        "/credits/%e2%82",
        "/%",
        "/%4",
        "/%zz",
        "/%4g",
        "/a%%20",
    ] {
        assert_eq!(refusal_of(path), Some(Refusal::BadRequest), "{path}");
    }
    for path in ["/%00", "/%2F..%2f", "/a%2523", "/%e2%82%ac"] {
        assert_eq!(refusal_of(path), None, "{path}");
    }
}

#[test]
fn a_target_that_is_no_path_is_refused() {
    assert_eq!(refusal_of("*"), Some(Refusal::BadRequest));
    let connect = parts(Request::connect("example.com:443"));
    assert_eq!(decoded_path(&connect), Err(Refusal::BadRequest));
}

#[test]
fn query_parameters_are_decoded_and_duplicates_joined() {
    let event = event_of(Request::get(
        "/credits/t?fields=a%2Cb&x=1+2&fields=c&empty=",
    ));
    assert_eq!(
        event["rawQueryString"],
        "fields=a%2Cb&x=1+2&fields=c&empty="
    );
    assert_eq!(
        event["queryStringParameters"],
        json!({"fields": "a,b,c", "x": "1 2", "empty": ""})
    );
}

#[test]
fn duplicate_headers_are_joined_under_a_lower_case_name() {
    let event = event_of(
        Request::get("/")
            .header("If-Match", "\"1\"")
            .header("If-Match", "\"2\""),
    );
    assert_eq!(event["headers"]["if-match"], "\"1\",\"2\"");
}

#[test]
fn cookies_leave_the_headers() {
    let event = event_of(
        Request::get("/")
            .header("cookie", "a=1; b=2")
            .header("cookie", "c=3"),
    );
    assert_eq!(event["cookies"], json!(["a=1", "b=2", "c=3"]));
    assert_eq!(event["headers"].get("cookie"), None);
}

#[test]
fn forwarding_headers_are_the_gateways_own() {
    let event = event_of(
        Request::get("/")
            .header("host", "localhost:3000")
            .header("x-forwarded-proto", "gopher")
            .header("x-forwarded-for", "1.2.3.4"),
    );
    assert_eq!(event["headers"]["x-forwarded-proto"], "http");
    assert_eq!(event["headers"]["x-forwarded-for"], "127.0.0.1");
    assert_eq!(event["headers"]["x-forwarded-port"], "3000");
}

#[test]
fn header_bytes_that_are_no_utf8_do_not_break_the_event() {
    let hostile = HeaderValue::from_bytes(b"a\xffb").unwrap();
    let event = event_of(Request::get("/").header("x-odd", hostile));
    assert_eq!(event["headers"]["x-odd"], "a\u{fffd}b");
}

#[test]
fn headers_over_the_limit_are_refused() {
    let fits = parts(Request::get("/").header("x", "a".repeat(MAX_HEADER_BYTES - 5)));
    assert_eq!(check_header_size(&fits), Ok(()));
    let over = parts(Request::get("/").header("x", "a".repeat(MAX_HEADER_BYTES - 4)));
    assert_eq!(
        check_header_size(&over),
        Err(Refusal::RequestHeaderFieldsTooLarge)
    );
}
