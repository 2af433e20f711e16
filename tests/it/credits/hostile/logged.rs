//! Checks that nothing that clients send is logged.

use integration_tests::api::Response;
use serde_json::{Value, json};

use super::super::{World, credit};
use super::{LIST, event};
use crate::logs::{self, PRIVATE};

/// Texts that would end a line, colour a terminal, be looked up by a logger, or break out of a
/// field; and what no operator has to know.
fn hostile_texts() -> Vec<String> {
    let texts = [
        "\r\n{\"level\":\"INFO\",\"message\":\"forged\"}",
        "\n",
        "\r",
        "\u{1b}[2J\u{1b}[31m",
        "${jndi:ldap://127.0.0.1/a}",
        "${${lower:j}ndi:${env:AWS_SECRET_ACCESS_KEY}}",
        "\",\"level\":\"ERROR\",\"x\":\"",
        "'; DROP TABLE certifications; --",
        "\\u000a\\\"",
        "\u{2028}\u{2029}\u{85}",
        "%0d%0a%s%n{}",
        "\u{0}",
        "\u{202e}",
        "ada.lovelace@example.com",
    ];
    texts.map(|text| format!("{text}{PRIVATE}{text}")).to_vec()
}

/// Checks that a request has one line of its own, in which nothing is forged.
fn has_one_honest_line(answer: &Response) {
    let lines = logs::lines_of(answer.header("x-request-id").unwrap());
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["status"], answer.status, "{lines:?}");
    assert_ne!(lines[0]["message"], "forged");
}

#[tokio::test]
async fn no_log_has_a_field_of_a_record_though_it_is_hostile_or_an_address() {
    let world = World::new().await;
    for text in hostile_texts() {
        let created = world.create(json!({"notes": text})).await;
        let operations = json!([{"op": "add", "path": "/notes", "value": format!("{text}!")}]);
        let patch = world.patch(&created, &operations);
        has_one_honest_line(&patch.send().await);
        // The same for refused texts, in each place that a refusal could repeat.
        for changes in [
            json!({"contact_id": text}),
            json!({"origin": text}),
            json!({"date": text}),
            json!({"quantity": text}),
            json!({"sys_directive": text}),
            json!({ text.clone(): 1 }),
        ] {
            let create = world.api.post("/credits/{tenant}");
            let answer = create.json(&credit(changes)).send().await;
            assert!(matches!(answer.status, 200 | 400), "{}", answer.text);
            has_one_honest_line(&answer);
        }
        let order = json!({"application_id": text, "quantity": 1000});
        let consume = world.api.post("/credits/{tenant}/contact/ada/consume");
        has_one_honest_line(&consume.json(&order).send().await);
    }
    assert_eq!(logs::leaks(), Vec::<String>::new());
}

#[tokio::test]
async fn no_log_has_a_path_a_query_or_a_header() {
    let world = World::new().await;
    let tenant = world.api.tenant();
    for (at, text) in hostile_texts().into_iter().enumerate() {
        for (route, path) in [
            (
                "GET /credits/{tenantId}/{id}",
                format!("/credits/{tenant}/{text}"),
            ),
            (
                "GET /credits/{tenantId}/contact/{contact_id}",
                format!("/credits/{tenant}/contact/{text}"),
            ),
            (LIST, format!("/credits/{text}")),
            ("$default", format!("/{text}")),
        ] {
            let mut event = event(route, &path, headers(&text));
            event["requestContext"]["requestId"] = json!(format!("hostile-path-{tenant}-{at}"));
            event["requestContext"]["http"]["userAgent"] = json!(text);
            event["requestContext"]["http"]["sourceIp"] = json!(text);
            event["rawQueryString"] = json!(format!("fields={text}&{text}=1"));
            let answer = world.api.invoke(event).await;
            assert!(matches!(answer.status, 400 | 403 | 404 | 405), "{text:?}");
        }
        let lines = logs::lines_of(&format!("hostile-path-{tenant}-{at}"));
        assert_eq!(lines.len(), 4, "{lines:?}");
    }
    assert_eq!(logs::leaks(), Vec::<String>::new());
}

/// Returns the text in each header that is read, if a header can contain it.
fn headers(text: &str) -> Value {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    json!({
        "idempotency-key": text, "if-match": text, "content-type": text, "user-agent": text,
        "x-forwarded-for": text, "x-request-id": text, "x-amzn-trace-id": text, "cookie": text,
    })
}

#[tokio::test]
async fn a_request_id_that_no_header_can_hold_breaks_neither_answer_nor_log() {
    let world = World::new().await;
    let path = format!("/credits/{}", world.api.tenant());
    for id in ["a\r\nset-cookie: b", "\u{1b}[31m", "\"}", "é", "\u{0}", ""] {
        let mut event = event(LIST, &path, json!({}));
        event["requestContext"]["requestId"] = json!(id);
        let answer = world.api.invoke(event).await;
        assert_eq!(answer.status, 200, "{id:?}: {}", answer.text);
        assert_eq!(answer.header("set-cookie"), None);
    }
    assert_eq!(logs::leaks(), Vec::<String>::new());
}

#[tokio::test]
async fn a_failure_of_the_store_logs_its_cause_and_nothing_of_the_record() {
    let world = World::new().await;
    for text in hostile_texts() {
        world.faults.on("PutItem").refuse("AccessDeniedException");
        let create = world.api.post("/credits/{tenant}");
        let create = create.json(&credit(json!({"notes": text})));
        let answer = world.refused(create, 500, "internal").await;
        has_one_honest_line(&answer);
    }
    assert_eq!(logs::leaks(), Vec::<String>::new());
}
