//! Bodies with unusual encodings, depth and size, and requests with too much of everything.

use integration_tests::api::Request;
use serde_json::json;

use super::super::{World, credit, id, path};
use super::event;

fn create(world: &World, content_type: &str, body: impl Into<Vec<u8>>) -> Request {
    let create = world.api.post("/credits/{tenant}");
    create.header("content-type", content_type).body(body)
}

/// Checks that refused requests have stored nothing.
async fn is_empty(world: &World) {
    let listed = world.api.get("/credits/{tenant}").send().await;
    assert_eq!(listed.body, json!([]));
}

#[tokio::test]
async fn a_body_in_utf_16_is_refused_whatever_it_is_called() {
    let world = World::new().await;
    let text = credit(json!({})).to_string();
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&[0xff, 0xfe], wide.as_slice()].concat();
    for body in [wide, marked] {
        for kind in ["application/json", "application/json; charset=utf-16"] {
            let request = create(&world, kind, body.clone());
            world.refused(request, 400, "invalid-request").await;
        }
    }
    is_empty(&world).await;
}

#[tokio::test]
async fn a_body_is_read_as_utf_8_whatever_charset_is_told() {
    let world = World::new().await;
    let text = credit(json!({"notes": "é – 日本"})).to_string();
    for kind in [
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-16\"",
        "application/json; charset=iso-8859-1",
    ] {
        let created = create(&world, kind, text.clone()).send().await;
        assert_eq!(created.status, 200, "{kind}: {}", created.text);
        assert_eq!(created.body["notes"], "é – 日本");
    }
}

#[tokio::test]
async fn a_compressed_body_is_refused() {
    /// `{}`, compressed by gzip.
    const GZIP: [u8; 22] = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0xae, 5, 0, 0x43, 0xbf, 0xa6, 0xa3, 2, 0, 0, 0,
    ];
    let world = World::new().await;
    for coding in ["gzip", "deflate", "br", "gzip, identity"] {
        let request = create(&world, "application/json", GZIP);
        let request = request.header("content-encoding", coding);
        let before = world.faults.recorder().applied_writes();
        let answer = request.send().await;
        assert!(matches!(answer.status, 400 | 415), "{}", answer.text);
        assert_eq!(world.faults.recorder().applied_writes(), before);
    }
    is_empty(&world).await;
}

#[tokio::test]
async fn nesting_is_refused_long_before_the_stack_ends() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let lists = |levels| "[".repeat(levels) + &"]".repeat(levels);
    let objects = |levels| r#"{"a":"#.repeat(levels) + "1" + &"}".repeat(levels);
    for value in [
        lists(17),
        lists(129),
        objects(129),
        lists(10_000),
        objects(10_000),
        "[".repeat(10_000),
        r#"{"a":"#.repeat(10_000),
    ] {
        let body = credit(json!({"notes": "HERE"})).to_string();
        let body = body.replace("\"HERE\"", &value);
        let patch = format!(r#"[{{"op":"add","path":"/notes","value":{value}}}]"#);
        let batch = format!(r#"{{"operations":[{{"operation":"create","object":{body}}}]}}"#);
        for (request, body) in [
            (world.api.post("/credits/{tenant}"), &body),
            (world.api.put(&path(&created)), &body),
            (world.api.patch(&path(&created)), &patch),
            (world.api.post("/credits/{tenant}/search"), &value),
            (world.api.post("/credits/{tenant}/batch"), &batch),
        ] {
            let request = request.header("content-type", "application/json");
            let before = world.faults.recorder().applied_writes();
            let answer = request.body(body.as_bytes()).send().await;
            let failed = answer.body["error_count"] == 1;
            assert!(answer.status == 400 || failed, "{}", answer.text);
            assert_eq!(world.faults.recorder().applied_writes(), before);
        }
    }
    assert_eq!(world.read(id(&created)).await.body, created);
}

#[tokio::test]
async fn six_megabytes_of_brackets_are_too_large_on_every_route() {
    let world = World::new().await;
    let brackets = "[".repeat(6 * 1024 * 1024);
    for request in [
        world.api.post("/credits/{tenant}"),
        world.api.put("/credits/{tenant}/x"),
        world.api.patch("/credits/{tenant}/x"),
        world.api.post("/credits/{tenant}/search"),
        world.api.post("/credits/{tenant}/batch"),
        world.api.post("/credits/{tenant}/contact/ada/consume"),
    ] {
        let request = request.header("content-type", "application/json");
        let request = request.body(brackets.clone());
        world.refused(request, 413, "too-large").await;
    }
}

#[tokio::test]
async fn a_thousand_query_parameters_are_no_more_than_the_known_among_them() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let unknown: Vec<_> = (0..1000).map(|at| format!("p{at}=v{at}")).collect();
    let query = format!("{}&fields=contact_id&limit=1", unknown.join("&"));
    let listed = world.api.get(&format!("/credits/{{tenant}}?{query}"));
    let listed = listed.send().await;
    let expected = json!([{"id": created["id"], "contact_id": "ada"}]);
    assert_eq!((listed.status, &listed.body), (200, &expected));

    let bad = format!("/credits/{{tenant}}?{query}&{}", "limit=2&".repeat(1000));
    let answer = world.api.get(&bad).send().await;
    assert!(matches!(answer.status, 200 | 400), "{}", answer.text);
}

#[tokio::test]
async fn a_body_that_is_called_base64_and_is_not_is_refused() {
    let world = World::new().await;
    let path = format!("/credits/{}", world.api.tenant());
    for junk in [
        "!!!", "ä", "a", "e30", "{}", "\u{0}", "e30=\n", "====", "[1]",
    ] {
        let route = "POST /credits/{tenantId}";
        let mut event = event(route, &path, json!({"content-type": "application/json"}));
        event["body"] = json!(junk);
        event["isBase64Encoded"] = json!(true);
        let answer = world.api.invoke(event).await;
        assert_eq!(answer.status, 400, "{junk:?}: {}", answer.text);
        let kind = answer.header("content-type");
        assert_eq!(kind, Some("application/problem+json"), "{junk:?}");
    }
    is_empty(&world).await;
}
