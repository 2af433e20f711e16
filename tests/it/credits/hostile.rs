//! Events that try to reach another record than they name, or to crash the function.

mod bodies;
mod logged;

use integration_tests::api::Api;
use serde_json::{Value, json};

use super::{World, id};

const LIST: &str = "GET /credits/{tenantId}";

/// An event as API Gateway would send it, with a path that is already decoded.
fn event(route: &str, raw_path: &str, headers: Value) -> Value {
    let method = route.split(' ').next().unwrap();
    json!({
        "version": "2.0", "routeKey": route, "rawPath": raw_path, "rawQueryString": "",
        "headers": headers,
        "requestContext": {
            "accountId": "1", "apiId": "a", "domainName": "host", "stage": "$default", "requestId": "r",
            "routeKey": route, "timeEpoch": 0,
            "http": {"method": method, "path": raw_path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "t"},
        },
        "isBase64Encoded": false,
    })
}

async fn delete(api: &Api, raw_path: &str) -> u16 {
    let route = "DELETE /credits/{tenantId}/{id}";
    api.invoke(event(route, raw_path, json!({}))).await.status
}

#[tokio::test]
async fn a_path_reaches_no_other_record_than_the_one_it_names() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let target = format!("/credits/{}/{}", world.api.tenant(), id(&created));
    let tenant = world.api.tenant();
    for hostile in [
        format!("{target}#x"),
        format!("{target}?x"),
        format!("{target}\n"),
        format!("{target} "),
        format!("{target}\\"),
        format!("{target}/."),
        format!("{target}/x/.."),
        format!("{target}/%2e"),
        target.replace('-', "%2D"),
        format!("/credits/{tenant}/./{}", id(&created)),
        format!("/x/../credits/{tenant}/{}", id(&created)),
        format!("//host{target}"),
        format!("@host{target}"),
        format!("\\credits\\{tenant}\\{}", id(&created)),
    ] {
        let status = delete(&world.api, &hostile).await;
        assert!(matches!(status, 400 | 403 | 404), "{hostile:?}: {status}");
    }
    assert_eq!(world.read(id(&created)).await.body, created);
    assert_eq!(delete(&world.api, &target).await, 200);
}

#[tokio::test]
async fn ids_with_foreign_characters_are_refused_and_never_a_server_error() {
    let world = World::new().await;
    let tenant = world.api.tenant();
    for (hostile, statuses) in [
        ("a|b:c", [404, 404]),
        ("a#credits", [400, 400]),
        ("a%23b", [400, 400]),
        ("%2F", [400, 400]),
        ("..", [400, 404]),
        ("é", [400, 400]),
        ("日本語", [400, 400]),
        ("a\u{0}b", [400, 400]),
        ("a b", [400, 400]),
        ("{id}", [400, 400]),
        (&"x".repeat(257), [400, 400]),
        (&"x".repeat(5000), [400, 400]),
    ] {
        let answer = world
            .api
            .invoke(event(
                "GET /credits/{tenantId}/{id}",
                &format!("/credits/{tenant}/{hostile}"),
                json!({}),
            ))
            .await;
        assert!(
            statuses.contains(&answer.status),
            "{hostile:?}: {}",
            answer.text
        );
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json")
        );
    }
}

#[tokio::test]
async fn hostile_hosts_queries_and_forwarded_headers_get_an_answer() {
    let world = World::new().await;
    let path = format!("/credits/{}", world.api.tenant());
    for host in [
        "",
        " ",
        "a b",
        "[",
        "host:99999",
        "@",
        "x/../y",
        "%",
        "\\",
        "ho\tst",
        "é",
        "a#b?c",
    ] {
        let headers = json!({"host": host, "x-forwarded-proto": "java script"});
        assert_eq!(
            world.api.invoke(event(LIST, &path, headers)).await.status,
            200,
            "{host:?}"
        );
    }
    for query in [
        "a=b c",
        "é=ü",
        "fields=\"<>`",
        "#",
        "?",
        "%",
        "%zz",
        "&&&=",
        "limit=1#5",
    ] {
        let mut event = event(LIST, &path, json!({}));
        event["rawQueryString"] = json!(query);
        let status = world.api.invoke(event).await.status;
        assert!(matches!(status, 200 | 400), "{query:?}: {status}");
    }
}

#[tokio::test]
async fn a_path_or_query_that_no_url_holds_is_a_refusal_like_any_other() {
    let world = World::new().await;
    let path = format!("/credits/{}", world.api.tenant());
    for (longer, query) in [
        (100_000, String::new()),
        (0, "x".repeat(65_535)),
        (0, "é".repeat(40_000)),
        (5_000, "x".repeat(5_240)),
    ] {
        let mut event = event(LIST, &format!("{path}{}", "p".repeat(longer)), json!({}));
        event["rawQueryString"] = json!(query);
        let answer = world.api.invoke(event).await;
        assert_eq!((answer.status, answer.code()), (400, "invalid-request"));
        let detail = answer.body["detail"].as_str().unwrap();
        assert!(detail.contains("longer than 10240 bytes"), "{detail}");
        assert_eq!(answer.body["instance"], "r");
    }
    // The longest path that API Gateway can pass on, with each byte encoded.
    let mut longest = event(LIST, &path, json!({}));
    longest["rawQueryString"] = json!("<".repeat(10_240 - path.len()));
    let answer = world.api.invoke(longest).await;
    assert!(!answer.text.contains("longer than"), "{}", answer.text);
    assert!(answer.status < 500, "{}", answer.text);
}
