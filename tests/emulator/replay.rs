//! Every event file through the process that AWS would start, as `tests/it/coverage/events.rs` sends
//! them in process.

use std::path::Path;

use integration_tests::emulator::bootstrap;
use integration_tests::events::{Scene, event_file, expectations};
use serde_json::Value;

use crate::function::{can_run, request_lines, start};

/// Sends a function's files, and looks at what it logged meanwhile.
async fn replay(function: &str) {
    if !can_run() {
        return;
    }
    let scene = Scene::new().await;
    let mut emulator = start(&bootstrap(function), &scene.store);
    let (mut wrong, mut sent, mut pids) = (Vec::new(), Vec::new(), Vec::new());
    for (name, expectation) in expectations() {
        if Path::new(&name).parent() != Some(Path::new(function)) {
            continue;
        }
        let event = event_file(&name);
        let answer = emulator.invoke(&event);
        let differences = expectation.differences(&answer);
        wrong.extend(differences.iter().map(|it| format!("{name}{it}")));
        sent.push(event);
        pids.push(emulator.pid());
        scene.reset().await;
    }
    assert!(wrong.is_empty(), "{wrong:#?}\n{}", emulator.errors());
    assert!(!sent.is_empty(), "`{function}` has no event file");
    pids.dedup();
    assert_eq!(pids.len(), 1, "the process was started anew");
    check(&emulator.log(), &sent);
}

/// One line for each request of the API, and nowhere what a client keeps for itself.
fn check(log: &[String], sent: &[Value]) {
    let lines = request_lines(log);
    let requests = sent.iter().filter(|event| is_request(event));
    assert_eq!(lines.len(), requests.count(), "{log:#?}");
    for secret in sent.iter().flat_map(secrets) {
        let leak = log.iter().find(|line| line.contains(secret));
        assert_eq!(leak, None, "the log holds `{secret}`");
    }
}

/// Not so what the authorizer is asked.
fn is_request(event: &Value) -> bool {
    event.get("routeKey").is_some() && event.get("type").is_none()
}

/// Keys, tokens and bodies.
fn secrets(event: &Value) -> impl Iterator<Item = &str> {
    let sources = event["identitySource"].as_array().into_iter().flatten();
    let header = &event["headers"]["authorization"];
    let found = sources.chain([header, &event["body"]]);
    found.filter_map(Value::as_str)
}

#[tokio::test]
async fn the_credits_function_answers_every_event_file() {
    replay("credits").await;
}

#[tokio::test]
async fn the_expiration_rule_sets_function_answers_every_event_file() {
    replay("expiration_rule_sets").await;
}

#[tokio::test]
async fn the_authorizer_answers_every_event_file() {
    replay("authorizer").await;
}

#[tokio::test]
async fn the_expiration_sweep_answers_every_event_file() {
    replay("expiration_sweep").await;
}
