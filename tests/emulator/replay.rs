//! Sends every event file to the process that AWS would start. `tests/it/coverage/events.rs` sends
//! the same files in process.

use std::path::Path;

use integration_tests::emulator::bootstrap;
use integration_tests::events::{Scene, event_file, expectations};
use serde_json::Value;
use shared::runtime::telemetry;

use crate::function::{can_run, is_of_invocation, is_of_metrics, parsed, start};

/// Sends a function's files, and checks its log.
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
    check(function, &emulator.log(), &sent);
}

/// Checks that each event has one line and one document of metrics, and that no line has a secret.
fn check(function: &str, log: &[String], sent: &[Value]) {
    let lines = parsed(log);
    let told = lines.iter().filter(|line| is_of_invocation(line)).count();
    assert_eq!(told, sent.len(), "{log:#?}");
    let (documents, known) = (metrics(&lines), known_metrics(function));
    assert_eq!(documents.len(), sent.len(), "{log:#?}");
    for document in documents {
        assert_eq!(document["service"], function);
        assert_eq!(document["stack"], "local");
        let metrics = document["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array();
        let names = metrics.unwrap().iter().map(|metric| &metric["Name"]);
        for name in names.filter_map(Value::as_str) {
            assert!(known.contains(&name), "`{name}` is in no list");
        }
    }
    for secret in sent.iter().flat_map(secrets) {
        let leak = log.iter().find(|line| line.contains(secret));
        assert_eq!(leak, None, "the log holds `{secret}`");
    }
}

fn metrics(lines: &[Value]) -> Vec<&Value> {
    lines.iter().filter(|line| is_of_metrics(line)).collect()
}

fn known_metrics(function: &str) -> Vec<&'static str> {
    let of_runs = (function == "expiration_sweep").then_some(expiration_sweep::METRICS);
    let of_runs = of_runs.into_iter().flatten();
    telemetry::METRICS.into_iter().chain(of_runs).collect()
}

/// Returns the keys, tokens and bodies of an event.
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
