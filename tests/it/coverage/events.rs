//! Every event file through the functions in this process; under the emulator they are sent to the
//! functions' own binaries, and compared with the same expectations.

use authorizer::Authorizer;
use expiration_sweep::Sweep;
use integration_tests::events::{Scene, event_file, event_files, expectations};
use serde::Deserialize;
use serde_json::{Value, json};
use shared::http::function::Function;
use shared::http::state::AppState;
use shared::repository::Table;

use crate::sweep::invocation;

fn of<T: for<'a> Deserialize<'a>>(event: Value) -> T {
    serde_json::from_value(event).unwrap()
}

/// Returns the answer of the function of this name to an event.
pub(super) async fn answer(table: Table, function: &str, event: Value) -> Value {
    let router = match function {
        "authorizer" => {
            let authorizer = Authorizer::new(table);
            let answer = authorizer.authorize(of(event), &invocation()).await;
            return json!(answer.unwrap());
        }
        "expiration_sweep" => {
            let sweep = Sweep::new(table);
            return sweep.handle(event, &invocation()).await.unwrap();
        }
        "credits" => credits::router(AppState::new(table)),
        "expiration_rule_sets" => expiration_rule_sets::router(AppState::new(table)),
        other => panic!("there is no function `{other}`"),
    };
    json!(Function::new(router).invoke(of(event)).await.unwrap())
}

#[tokio::test]
async fn every_event_file_is_answered_as_expected() {
    let scene = Scene::new().await;
    let mut wrong = Vec::new();
    for (name, expectation) in expectations() {
        let (function, _) = name.split_once('/').unwrap();
        let answer = answer(scene.table.clone(), function, event_file(&name)).await;
        let differences = expectation.differences(&answer);
        wrong.extend(differences.iter().map(|it| format!("{name}{it}")));
        scene.reset().await;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_event_file_has_an_expectation_and_no_expectation_is_without_file() {
    let expected: Vec<_> = expectations().into_keys().collect();
    assert_eq!(expected, event_files());
}
