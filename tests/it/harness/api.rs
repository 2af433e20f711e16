//! The events of the test client, as a function that echoes them sees them.

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use integration_tests::api::{Api, routes};
use serde_json::{Value, json};
use shared::http::function::Function;

/// A function that answers its request.
fn echo() -> Api {
    let answer = |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| async move {
        let told = json!({
            "method": method.as_str(),
            "path": uri.path(),
            "query": uri.query(),
            "x-test": headers.get("x-test").map(|it| it.to_str().unwrap()),
            "body": String::from_utf8_lossy(&body),
        });
        (StatusCode::ACCEPTED, [("x-echo", "yes")], told.to_string())
    };
    Api::new(Function::new(Router::new().fallback(answer)), "t-1")
}

#[tokio::test]
async fn a_request_arrives_and_its_answer_comes_back() {
    let sent = echo()
        .get("/credits/{tenant}/x?limit=2")
        .header("X-Test", "1");
    let answer = sent.send().await;

    assert_eq!(answer.status, 202);
    assert_eq!(answer.header("x-echo"), Some("yes"));
    assert_eq!(answer.body["method"], "GET");
    assert_eq!(answer.body["path"], "/credits/t-1/x");
    assert_eq!(answer.body["query"], "limit=2");
    assert_eq!(answer.body["x-test"], "1");
}

#[tokio::test]
async fn a_body_arrives_as_it_was_sent_as_text_or_in_base64() {
    let body = json!({ "notes": "é" });
    for sent in [
        echo().post("/credits/{tenant}").json(&body),
        echo().patch("/credits/{tenant}/x").json_patch(&body),
    ] {
        let told = sent.send().await.body["body"].take();
        let arrived: Value = serde_json::from_str(told.as_str().unwrap()).unwrap();
        assert_eq!(arrived, body);
    }
}

#[test]
fn the_routes_are_those_of_the_template() {
    let keys: Vec<String> = routes().iter().map(|route| route.key()).collect();
    assert!(keys.contains(&"GET /credits/{tenantId}/{id}".to_owned()));
    assert!(keys.contains(&"GET /openapi.json".to_owned()));
}
