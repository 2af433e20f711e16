//! The units and log bytes of each kind of request, from which docs/cost.md is computed.

use std::path::Path;
use std::{env, fs};

use integration_tests::api::Response;
use integration_tests::store::{Kind, kind};
use serde_json::{Map, Value, json};

use crate::logs;
use crate::world::World;

/// The variable that makes the test write the file instead of comparing it.
const UPDATE: &str = "UPDATE_UNITS";
const FILE: &str = "../docs/units.json";
/// The number of records of a look-up, a list and a search, and of operations in a batch.
const RECORDS: usize = 20;
/// The step to which the length of a line is rounded, since its numbers differ in digits.
const LINE_BYTES: u64 = 50;

/// Returns the units of a request, and the rounded length of its log line.
fn measured(answer: &Response) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let lines = logs::lines_of(answer.header("x-request-id").unwrap());
    let [line]: [Value; 1] = lines.try_into().unwrap();
    let bytes = line.to_string().len() as u64;
    json!({
        "read_units": line["read_units"],
        "write_units": line["write_units"],
        "log_bytes": bytes.next_multiple_of(LINE_BYTES),
    })
}

async fn of_credits(world: &World, units: &mut Map<String, Value>) {
    let expiring = json!({"expiration_date": "2030-01-01"});
    let credit = crate::credits::credit(expiring.clone());
    let api = &world.api;
    let created = api.post("/credits/{tenant}").json(&credit).send().await;
    let id = created.body["id"].as_str().unwrap().to_owned();
    let path = format!("/credits/{{tenant}}/{id}");
    let mut note = |name: &str, answer: &Response| {
        units.insert(name.to_owned(), measured(answer));
    };
    note("POST credits", &created);
    for _ in 1..RECORDS {
        world.create(expiring.clone()).await;
    }
    note("GET credits/id", &api.get(&path).send().await);
    note(
        "GET credits/id/expiration",
        &api.get(&format!("{path}/expiration")).send().await,
    );
    let list = format!("/credits/{{tenant}}?limit={RECORDS}");
    note("GET credits, 20 records", &api.get(&list).send().await);
    let look_up = api.get("/credits/{tenant}/contact/ada").send().await;
    note("GET credits/contact, 20 records", &look_up);
    let search = json!({"contact_id": ["ada"]});
    let search = api.post("/credits/{tenant}/search").json(&search);
    note(
        "POST credits/search by contact, 20 records",
        &search.send().await,
    );
    note("PUT credits/id", &api.put(&path).json(&credit).send().await);
    let patch = json!([{"op": "add", "path": "/notes", "value": "n"}]);
    note(
        "PATCH credits/id",
        &api.patch(&path).json_patch(&patch).send().await,
    );
    let order = json!({"application_id": "renewal", "quantity": 1});
    let consume = "/credits/{tenant}/contact/ada/consume";
    note(
        "POST credits/consume",
        &api.post(consume).json(&order).send().await,
    );
    let release = api.delete(&format!("{consume}/renewal")).send().await;
    note("DELETE credits/consume", &release);
    let operation = json!({"operation": "create", "object": credit});
    let batch = json!({"operations": vec![operation; RECORDS]});
    let batch = api.post("/credits/{tenant}/batch").json(&batch);
    note("POST credits/batch, 20 creates", &batch.send().await);
    note("DELETE credits/id", &api.delete(&path).send().await);
}

async fn of_rule_sets(world: &World, units: &mut Map<String, Value>) {
    let api = &world.rule_sets;
    let set = crate::rule_sets::rule_set(json!({}));
    let created = api
        .post("/expirationRuleSets/{tenant}")
        .json(&set)
        .send()
        .await;
    let id = created.body["id"].as_str().unwrap().to_owned();
    let path = format!("/expirationRuleSets/{{tenant}}/{id}");
    units.insert("POST expirationRuleSets".to_owned(), measured(&created));
    let read = api.get(&path).send().await;
    units.insert("GET expirationRuleSets/id".to_owned(), measured(&read));
    let facts = json!({"facts": {"origin": "legacy system"}, "date": "2026-03-14"});
    let decided = api
        .post(&format!("{path}/evaluate"))
        .json(&facts)
        .send()
        .await;
    units.insert(
        "POST expirationRuleSets/id/evaluate".to_owned(),
        measured(&decided),
    );
}

#[tokio::test]
async fn the_units_that_the_costs_are_computed_from_are_what_requests_consume() {
    // The embedded store counts some units differently.
    if kind() == Kind::Embedded {
        return;
    }
    let world = World::new().await;
    let mut units = Map::new();
    of_credits(&world, &mut units).await;
    of_rule_sets(&world, &mut units).await;
    let text = serde_json::to_string_pretty(&units).unwrap() + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    if env::var_os(UPDATE).is_some() {
        fs::write(path, text).unwrap();
        return;
    }
    let expected = fs::read_to_string(path).unwrap();
    assert!(
        text == expected,
        "run it once with {UPDATE}=1, then `make cost`:\n{text}"
    );
}
