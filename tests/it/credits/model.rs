//! Random steps against the API and a simple model: both must always give the same answer.

mod memory;
mod step;

use integration_tests::api::Response;
use integration_tests::scale::cases;
use integration_tests::store::{Kind, kind};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::{Value, json};

use super::{World, credit};
use memory::{Memory, Remembered};
use step::{Made, Step, any_step};

/// Returns the number of runs, which are the same each time. Most use the embedded store, because
/// the runs test our own code, and a store does the same with a step in each run.
fn runs() -> u32 {
    let runs = match kind() {
        Kind::Embedded => cases(3, 12, 25),
        Kind::DynamoDbLocal => cases(2, 5, 25),
    };
    runs as u32
}

const STEPS: usize = 80;
const SEED: u64 = 20_260_314;

#[test]
fn random_steps_are_answered_as_a_plain_model_answers_them() {
    let config = Config {
        cases: runs(),
        rng_seed: RngSeed::Fixed(SEED),
        failure_persistence: None,
        max_shrink_iters: 60,
        ..Config::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let steps = prop::collection::vec(any_step(), STEPS);
    let run = |steps: Vec<Step>| {
        runtime.block_on(walk(steps));
        Ok(())
    };
    TestRunner::new(config).run(&steps, run).unwrap();
}

async fn walk(steps: Vec<Step>) {
    let world = World::new().await;
    let mut memory = Memory::default();
    for step in steps {
        take(&world, &mut memory, &step).await;
    }
    let everything = found(&world, &json!({})).await;
    assert_eq!(everything, memory.ids(|_| true));
}

async fn take(world: &World, memory: &mut Memory, step: &Step) {
    match step {
        Step::Create(made) => create(world, memory, made).await,
        Step::SetStatus { target, status } => {
            let Some(id) = memory.nth(*target) else {
                return;
            };
            let operations = json!([{"op": "add", "path": "/status", "value": status}]);
            assert_eq!(patch(world, &id, &operations).await, 200, "{step:?}");
            memory.set_status(&id, status);
        }
        Step::SetQuantity { target, hundredths } => {
            let Some(id) = memory.nth(*target) else {
                return;
            };
            let value = step::decimal(*hundredths);
            let operations = json!([{"op": "replace", "path": "/quantity", "value": value}]);
            let expected = if memory.set_quantity(&id, *hundredths) {
                200
            } else {
                400
            };
            assert_eq!(patch(world, &id, &operations).await, expected, "{step:?}");
        }
        Step::Delete { target } => {
            let Some(id) = memory.nth(*target) else {
                return;
            };
            delete(world, &id).await;
            memory.delete(&id);
        }
        Step::Consume {
            contact,
            application,
            hundredths,
        } => {
            let order =
                json!({"application_id": application, "quantity": step::decimal(*hundredths)});
            let path = format!("/credits/{{tenant}}/contact/{contact}/consume");
            let answer = world.api.post(&path).json(&order).send().await;
            assert_same(
                step,
                &answer,
                memory.consume(contact, application, *hundredths),
            );
        }
        Step::Release {
            contact,
            application,
        } => {
            let path = format!("/credits/{{tenant}}/contact/{contact}/consume/{application}");
            let answer = world.api.delete(&path).send().await;
            assert_same(step, &answer, memory.release(contact, application));
        }
        Step::Search(search) => {
            let expected = memory.ids(|credit| search.matches(credit));
            assert_eq!(found(world, &search.body()).await, expected, "{step:?}");
        }
        Step::LookUp { contact } => {
            let is_found = |credit: &Remembered| credit.contact == *contact && credit.is_usable();
            assert_eq!(
                looked_up(world, contact).await,
                memory.ids(is_found),
                "{step:?}"
            );
        }
    }
}

async fn create(world: &World, memory: &mut Memory, made: &Made) {
    let created = world
        .api
        .post("/credits/{tenant}")
        .json(&credit(made.body()))
        .send()
        .await;
    assert_eq!(created.status, 200, "{made:?}: {}", created.text);
    memory.create(created.body["id"].as_str().unwrap(), made);
}

async fn delete(world: &World, id: &str) {
    let path = format!("/credits/{{tenant}}/{id}");
    let deleted = world.api.delete(&path).send().await;
    assert_eq!(deleted.status, 200, "{}", deleted.text);
}

async fn looked_up(world: &World, contact: &str) -> Vec<String> {
    let path = format!("/credits/{{tenant}}/contact/{contact}?filterUnavailable=true");
    let answer = world.api.get(&path).send().await.body;
    let mut ids: Vec<_> = items(&answer).map(str::to_owned).collect();
    ids.sort();
    ids
}

fn assert_same(step: &Step, answer: &Response, expected: Result<Value, u16>) {
    match expected {
        Ok(body) => assert_eq!((answer.status, &answer.body), (200, &body), "{step:?}"),
        Err(status) => assert_eq!(answer.status, status, "{step:?}: {}", answer.text),
    }
}

async fn patch(world: &World, id: &str, operations: &Value) -> u16 {
    let path = format!("/credits/{{tenant}}/{id}");
    world
        .api
        .patch(&path)
        .json_patch(operations)
        .send()
        .await
        .status
}

/// Returns all results of a search, page by page, sorted, and checks that none repeats.
async fn found(world: &World, search: &Value) -> Vec<String> {
    let mut ids = Vec::new();
    let mut cursor = String::new();
    loop {
        let path =
            format!("/credits/{{tenant}}/search?limit=3&fields=id&exclusiveStartKey={cursor}");
        let answer = world.api.post(&path).json(search).send().await;
        assert_eq!(answer.status, 200, "{search}: {}", answer.text);
        ids.extend(items(&answer.body).map(str::to_owned));
        match answer.body["LastEvaluatedKey"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    ids.sort();
    ids
}

fn items(answer: &Value) -> impl Iterator<Item = &str> {
    answer["Items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap())
}
