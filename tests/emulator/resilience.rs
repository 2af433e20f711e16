//! Faults that must not end a function's process, and one that must.

use std::path::Path;
use std::process::Command;

use integration_tests::emulator::bootstrap;
use integration_tests::events::{Scene, event_file, expectations};

use crate::function::{can_run, start};

const FUNCTIONS: [&str; 4] = [
    "authorizer",
    "credits",
    "expiration_rule_sets",
    "expiration_sweep",
];

#[tokio::test]
async fn a_payload_that_is_not_an_event_is_refused_and_the_next_is_answered() {
    if !can_run() {
        return;
    }
    let scene = Scene::new().await;
    for function in FUNCTIONS {
        let mut emulator = start(&bootstrap(function), &scene.store);
        let refused = emulator.invoke_with(b"no JSON");
        let refused = String::from_utf8_lossy(&refused);
        assert!(refused.contains("errorType"), "{function}: {refused}");
        let pid = emulator.pid();
        let expected = expectations().into_iter();
        let mut own = expected.filter(|(name, _)| Path::new(name).starts_with(function));
        let (name, expectation) = own.next().unwrap();
        let answer = emulator.invoke(&event_file(&name));
        assert_eq!(expectation.differences(&answer), Vec::<String>::new());
        assert_eq!(emulator.pid(), pid);
        scene.reset().await;
    }
}

#[tokio::test]
async fn a_panic_is_a_500_and_the_same_process_answers_the_next_request() {
    if !can_run() {
        return;
    }
    let scene = Scene::new().await;
    let panicking = Path::new(env!("CARGO_BIN_EXE_panicking_bootstrap"));
    let mut emulator = start(panicking, &scene.store);
    let event = event_file("credits/create_credit_base64");
    let answer = emulator.invoke(&event);
    assert_eq!(answer["statusCode"], 500, "{answer:#}");
    assert_eq!(
        answer["headers"]["content-type"],
        "application/problem+json"
    );
    let pid = emulator.pid();
    let answer = emulator.invoke(&event);
    assert_eq!(answer["statusCode"], 200, "{answer:#}");
    assert_eq!(emulator.pid(), pid);
}

#[test]
fn without_the_name_of_the_table_a_function_ends_and_says_what_to_set() {
    if !can_run() {
        return;
    }
    for function in FUNCTIONS {
        let ended = Command::new(bootstrap(function)).env_clear().output();
        let ended = ended.unwrap();
        assert!(!ended.status.success(), "{function}");
        let said = [ended.stdout, ended.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains("TABLE_NAME"), "{function}: {said}");
    }
}
