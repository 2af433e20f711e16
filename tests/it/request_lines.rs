//! The log line of a request.

use integration_tests::api::Response;
use serde_json::{Value, json};

use crate::credits::{credit, id};
use crate::logs;
use crate::world::World;

fn line_of(answer: &Response) -> Value {
    let lines = logs::lines_of(answer.header("x-request-id").unwrap());
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines.into_iter().next().unwrap()
}

fn path(credit: &Value) -> String {
    format!("/credits/{{tenant}}/{}", id(credit))
}

#[tokio::test]
async fn a_request_is_one_line_that_says_who_did_what_and_what_it_took() {
    let world = World::new().await;
    let credit = world.create(json!({})).await;
    let line = line_of(&world.api.get(&path(&credit)).send().await);
    for (field, value) in [
        ("level", json!("INFO")),
        ("operation", json!("get_credit")),
        ("method", json!("GET")),
        ("route", json!("/credits/{tenantId}/{id}")),
        ("status", json!(200)),
        ("tenant", json!(world.api.tenant())),
        ("principal_id", json!("tester")),
        ("read_units", json!(0.5)),
        ("write_units", json!(0.0)),
        ("retries", json!(0)),
        ("cold_start", json!(false)),
    ] {
        assert_eq!(line[field], value, "{field} of {line}");
    }
    assert!(line["latency_ms"].is_u64(), "{line}");
    assert_eq!((line.get("code"), line.get("causes")), (None, None));
    assert!(!line.to_string().contains(id(&credit)), "{line}");
}

#[tokio::test]
async fn the_units_of_a_line_are_those_that_the_store_has_told() {
    let world = World::new().await;
    let credit = world.create(json!({"contact_id": "c"})).await;
    world.faults.recorder().clear();
    let patch = json!([{"op": "add", "path": "/notes", "value": "private words"}]);
    let answer = world.patch(&credit, &patch).send();
    let line = line_of(&answer.await);
    let recorder = world.faults.recorder();
    let told = |operation| json!(recorder.capacity_of(operation).total);
    assert_eq!(line["read_units"], told("GetItem"));
    assert_eq!(line["write_units"], told("PutItem"));
    assert!(!line.to_string().contains("private words"), "{line}");
}

#[tokio::test]
async fn the_first_request_of_an_environment_is_its_cold_start() {
    let world = World::new().await;
    let first = world.api.get("/credits/{tenant}").send().await;
    let second = world.api.get("/credits/{tenant}").send().await;
    assert_eq!(line_of(&first)["cold_start"], true);
    assert_eq!(line_of(&second)["cold_start"], false);
}

#[tokio::test]
async fn a_retry_of_the_store_is_counted() {
    let world = World::new().await;
    world.faults.on("Query").throttle();
    let answer = world.api.get("/credits/{tenant}").send().await;
    assert_eq!(answer.status, 200);
    assert_eq!(line_of(&answer)["retries"], 1);
}

#[tokio::test]
async fn a_refusal_is_told_by_its_code_and_a_failure_with_its_causes() {
    let world = World::new().await;
    let nobody = world.api.without_principal();
    let refused = nobody.get("/credits/{tenant}").send().await;
    let line = line_of(&refused);
    assert_eq!(
        (&line["level"], &line["code"]),
        (&json!("INFO"), &json!("unauthenticated"))
    );
    assert_eq!((line.get("tenant"), line.get("principal_id")), (None, None));

    world.faults.on("Query").refuse("AccessDeniedException");
    let failed = world.api.get("/credits/{tenant}").send().await;
    let line = line_of(&failed);
    assert_eq!(
        (&line["level"], &line["code"]),
        (&json!("ERROR"), &json!("internal"))
    );
    let causes = line["causes"].as_str().unwrap();
    assert!(causes.contains("AccessDeniedException"), "{causes}");
    assert!(!failed.text.contains("AccessDenied"), "{}", failed.text);
}

#[tokio::test]
async fn another_tenants_refusal_says_who_asked_and_names_no_tenant() {
    let world = World::new().await;
    let stranger = world
        .api
        .as_principal("stranger", &["other.example"], &["read"]);
    let line = line_of(&stranger.get("/credits/{tenant}").send().await);
    assert_eq!(
        (&line["status"], &line["principal_id"]),
        (&json!(403), &json!("stranger"))
    );
    assert_eq!(line.get("tenant"), None);
}

#[tokio::test]
async fn a_failed_operation_of_a_batch_is_told_under_the_id_of_its_request() {
    let world = World::new().await;
    world.faults.on("PutItem").refuse("AccessDeniedException");
    let operations = json!({"operations": [{"operation": "create", "object": credit(json!({}))}]});
    let batch = world.api.post("/credits/{tenant}/batch").json(&operations);
    let answer = batch.send().await;
    assert_eq!(answer.body["error_count"], 1, "{}", answer.text);
    let lines = logs::lines_of(answer.header("x-request-id").unwrap());
    let failed = lines.iter().find(|line| line["position"] == 0).unwrap();
    assert_eq!(
        (&failed["level"], &failed["code"]),
        (&json!("ERROR"), &json!("internal"))
    );
    assert_eq!(lines.len(), 2, "{lines:?}");
}
