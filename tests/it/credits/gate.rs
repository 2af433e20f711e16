//! A document by any route passes one gate before it is stored: names, levels, numbers,
//! and the name that `serde_json` reserves.

use fastrand::Rng;
use integration_tests::api::Response;
use integration_tests::scale::cases;
use serde_json::{Map, Value, json};

use super::{World, credit, id, path};
use crate::rule_sets;

const RESERVED: &str = "$serde_json::private::Number";
const ROW: &str = "/custom_field_values/0/table_value/0";

fn with_row(row: Value) -> Value {
    credit(json!({"custom_field_values": [{"custom_field_id": "f", "table_value": [row]}]}))
}

/// Each way in which a pointer makes a member `name`, alone and below another member.
fn pointed(place: &str, name: &str) -> Vec<Value> {
    let escaped = name.replace('~', "~0").replace('/', "~1");
    let path = format!("{place}/{escaped}");
    let below = format!("{place}/new/{escaped}");
    let new = json!({"op": "add", "path": format!("{place}/new"), "value": {}});
    vec![
        json!([{"op": "add", "path": path, "value": "5"}]),
        json!([{"op": "copy", "from": "/date", "path": path}]),
        json!([{"op": "add", "path": format!("{place}/old"), "value": "5"},
               {"op": "move", "from": format!("{place}/old"), "path": path}]),
        json!([new, {"op": "add", "path": below, "value": "1e999999999"}]),
    ]
}

async fn patch_and_batch_refuse(world: &World, created: &Value, operations: &Value) {
    let before = world.read(id(created)).await.body;
    let patch = world.patch(created, operations);
    world.refused(patch, 400, "validation-failed").await;
    let body = json!({"operations": [
        {"operation": "patch", "id": id(created), "patch_directives": operations},
    ]});
    let batch = world
        .api
        .post("/credits/{tenant}/batch")
        .json(&body)
        .send()
        .await;
    let message = batch.body["results"][0]["error_message"].as_str().unwrap();
    assert!(message.starts_with("validation-failed: "), "{message}");
    assert_eq!(world.read(id(created)).await.body, before);
}

#[tokio::test]
async fn a_pointer_makes_no_name_that_a_body_may_not_bring() {
    let world = World::new().await;
    let created = world
        .api
        .post("/credits/{tenant}")
        .json(&with_row(json!({"a": 1})));
    let created = created.send().await.body;
    for name in ["", RESERVED, &"x".repeat(50_001)] {
        for operations in pointed(ROW, name) {
            patch_and_batch_refuse(&world, &created, &operations).await;
        }
    }
}

#[tokio::test]
async fn a_pointer_makes_no_number_of_an_object() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    for number in ["5", "1e999999999", &"1".repeat(40)] {
        let operations = json!([
            {"op": "replace", "path": "/quantity", "value": {}},
            {"op": "add", "path": format!("/quantity/{RESERVED}"), "value": number},
        ]);
        patch_and_batch_refuse(&world, &created, &operations).await;
    }
}

#[tokio::test]
async fn a_record_with_integers_beyond_64_bits_can_be_sent_back_changed_and_deleted() {
    let world = World::new().await;
    for number in [
        "18446744073709551616",
        "-9223372036854775809",
        "1e27",
        "-9999999999999999999999999999",
    ] {
        let number: Value = serde_json::from_str(number).unwrap();
        for field in ["sys_snapshot_base_version", "sys_bulk_load_record_no"] {
            let created = world.create(json!({field: number})).await;
            let put = world.api.put(&path(&created)).json(&created).send().await;
            assert_eq!((put.status, &put.body[field]), (200, &created[field]));
            let patched = world
                .patched(
                    &created,
                    &json!([{"op": "add", "path": "/notes", "value": "n"}]),
                )
                .await;
            assert_eq!(patched[field], created[field]);
            let standing = format!("{}/expiration", path(&created));
            assert_eq!(world.api.get(&standing).send().await.status, 200);
            let deleted = world.api.delete(&path(&created)).send().await;
            assert_eq!(deleted.status, 200, "{}", deleted.text);
        }
    }
}

#[tokio::test]
async fn a_pointer_into_a_condition_of_a_rule_set_makes_no_name_either() {
    let world = World::new().await;
    let condition = json!({"fact": "member", "operator": "in", "value": [{"a": 1}]});
    let rule = json!({
        "name": "r", "matching_conditions": {"all": [condition]},
        "expiration_options": rule_sets::rule_set(json!({}))["default_expiration_options"],
    });
    let created = world.create_rule_set(json!({"rules": [rule]})).await;
    let place = "/rules/0/matching_conditions/all/0/value/0";
    for name in ["", RESERVED, &"x".repeat(50_001)] {
        for operations in pointed(place, name).into_iter().skip(2) {
            let patch = world.rule_sets.patch(&rule_sets::path(&created));
            world
                .refused(patch.json_patch(&operations), 400, "validation-failed")
                .await;
        }
    }
    let read = world.rule_sets.get(&rule_sets::path(&created)).send().await;
    assert_eq!(read.body, created);
}

#[tokio::test]
async fn the_reserved_name_is_refused_however_it_is_written() {
    let world = World::new().await;
    for name in [
        RESERVED,
        r"\u0024serde_json::private::Number",
        r"\u0024\u0073erde_json::private::Numbe\u0072",
        r"$serde_json\u003a\u003aprivate::Number",
    ] {
        let text = credit(json!({"quantity": "HERE"})).to_string();
        let text = text.replace("\"HERE\"", &format!(r#"{{"{name}": "5"}}"#));
        let create = world.api.post("/credits/{tenant}");
        let create = create.header("content-type", "application/json").body(text);
        world.refused(create, 400, "invalid-request").await;
    }
}

#[tokio::test]
async fn a_name_of_50000_bytes_is_stored_and_can_be_sent_back() {
    let world = World::new().await;
    let longest = "x".repeat(50_000);
    let created = world
        .api
        .post("/credits/{tenant}")
        .json(&with_row(json!({"a": 1})));
    let created = created.send().await.body;
    let operations = json!([{"op": "add", "path": format!("{ROW}/{longest}"), "value": 1}]);
    let patch = world.patch(&created, &operations);
    assert_eq!(patch.send().await.status, 200);
    can_be_sent_back(&world, id(&created)).await;
    let longer = with_row(json!({format!("{longest}x"): 1}));
    let create = world.api.post("/credits/{tenant}").json(&longer);
    world.refused(create, 400, "validation-failed").await;
}

/// Checks that a record can be sent back by PUT, and then differs only in its system fields.
async fn can_be_sent_back(world: &World, id: &str) {
    let read = world.read(id).await;
    let put = world
        .api
        .put(&format!("/credits/{{tenant}}/{id}"))
        .json(&read.body);
    let sent_back = put.send().await;
    assert_eq!(sent_back.status, 200, "{}", sent_back.text);
    assert_eq!(own_fields(&sent_back.body), own_fields(&read.body));
    assert_eq!(
        own_fields(&world.read(id).await.body),
        own_fields(&read.body)
    );
}

fn own_fields(record: &Value) -> Map<String, Value> {
    let fields = record.as_object().unwrap().iter();
    fields
        .filter(|(name, _)| !name.starts_with("sys_"))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Returns hostile names, numbers and nestings as text, because `serde_json` would change them.
fn hostile(rng: &mut Rng, depth: usize) -> String {
    const NAMES: [&str; 10] = [
        "a",
        "",
        " ",
        "#",
        "a.b",
        "a/b~c",
        "\\u0000",
        "\\ud83d\\ude00",
        "\\u0024serde_json::private::Number",
        "$serde_json::private::Numbers",
    ];
    const SCALARS: [&str; 14] = [
        "null",
        "true",
        "\"\"",
        "\"\\u0000\"",
        "0",
        "-0",
        "-0.0",
        "1.500",
        "15e-1",
        "1e27",
        "1e28",
        "0.1234567890123456789012345678",
        "123456789012345678901234567890",
        "\"\\ud83d\\ude00\"",
    ];
    let pick = |rng: &mut Rng, from: &[&str]| from[rng.usize(..from.len())].to_owned();
    match rng.u8(..if depth == 0 { 4 } else { 8 }) {
        0..4 => pick(rng, &SCALARS),
        4 => {
            let items: Vec<_> = (0..rng.usize(..4))
                .map(|_| hostile(rng, depth - 1))
                .collect();
            format!("[{}]", items.join(","))
        }
        5 => (0..rng.usize(1..14)).fold(hostile(rng, 0), |inner, _| format!("[{inner}]")),
        _ => {
            let members: Vec<_> = (0..rng.usize(..4))
                .map(|_| {
                    // One name in eight is hostile, so that some documents are stored.
                    let name = if rng.u8(..8) == 0 {
                        pick(rng, &NAMES)
                    } else {
                        "b".repeat(1 + rng.usize(..9))
                    };
                    format!("\"{name}\":{}", hostile(rng, depth - 1))
                })
                .collect();
            format!("{{{}}}", members.join(","))
        }
    }
}

/// Returns a request for each route, with the value in a row of a table.
async fn sent(world: &World, way: usize, target: &str, value: &str) -> Response {
    let text = with_row(json!({"cell": "HERE"})).to_string();
    let body = text.replace("\"HERE\"", value);
    let directives = format!(r#"[{{"op":"add","path":"{ROW}/cell","value":{value}}}]"#);
    let of_batch = |operation: String| format!(r#"{{"operations":[{operation}]}}"#);
    let api = &world.api;
    let (request, text) = match way {
        0 => (api.post("/credits/{tenant}"), body),
        1 => (api.put(&format!("/credits/{{tenant}}/{target}")), body),
        2 => (
            api.patch(&format!("/credits/{{tenant}}/{target}")),
            directives,
        ),
        3 => (
            api.post("/credits/{tenant}/batch"),
            of_batch(format!(r#"{{"operation":"create","object":{body}}}"#)),
        ),
        4 => (
            api.post("/credits/{tenant}/batch"),
            of_batch(format!(
                r#"{{"operation":"update","id":"{target}","object":{body}}}"#
            )),
        ),
        _ => (
            api.post("/credits/{tenant}/batch"),
            of_batch(format!(
                r#"{{"operation":"patch","id":"{target}","patch_directives":{directives}}}"#
            )),
        ),
    };
    let request = request.header("content-type", "application/json");
    request.body(text).send().await
}

/// Returns the stored record, of a single route or of a batch with one operation.
fn stored(answer: &Response) -> Option<Value> {
    match answer.body.get("results") {
        Some(results) => results[0].get("object").cloned(),
        None => (answer.status == 200).then(|| answer.body.clone()),
    }
}

#[tokio::test]
async fn what_passes_the_gate_is_stored_as_it_is_answered_and_can_be_sent_back() {
    let world = World::new().await;
    let seed = 11;
    let mut rng = Rng::with_seed(seed);
    let target = world
        .api
        .post("/credits/{tenant}")
        .json(&with_row(json!({"cell": 1})));
    let target = target.send().await.body;
    let (mut accepted, count) = (0, cases(60, 240, 600));
    for case in 0..count {
        let value = hostile(&mut rng, 3);
        let answer = sent(&world, case % 6, id(&target), &value).await;
        assert!(
            answer.status < 500,
            "case {case} of seed {seed}: {value}: {}",
            answer.text
        );
        let message = answer.body["results"][0]["error_message"]
            .as_str()
            .unwrap_or_default();
        assert!(
            !message.starts_with("internal"),
            "case {case} of seed {seed}: {value}"
        );
        if let Some(record) = stored(&answer) {
            accepted += 1;
            assert_eq!(world.read(id(&record)).await.body, record, "{value}");
            can_be_sent_back(&world, id(&record)).await;
        }
    }
    assert!(accepted > count / 4, "only {accepted} were accepted");
}

#[tokio::test]
async fn nothing_of_a_client_is_repeated_beyond_512_bytes() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let long = "x".repeat(900_000);
    let api = &world.api;
    let remove = json!([{"op": "remove", "path": format!("/{long}")}]);
    let test = json!([{"op": "test", "path": format!("/{long}"), "value": 1}]);
    for (request, status) in [
        (api.patch(&path(&created)).json_patch(&remove), 409),
        (api.patch(&path(&created)).json_patch(&test), 409),
        (
            api.post("/credits/{tenant}")
                .json(&json!({long.clone(): 1})),
            400,
        ),
        (
            api.post("/credits/{tenant}")
                .json(&credit(json!({"date": long}))),
            400,
        ),
        (
            api.post("/credits/{tenant}")
                .json(&credit(json!({"origin": long}))),
            400,
        ),
        (
            api.post("/credits/{tenant}/search")
                .json(&json!({long.clone(): 1})),
            400,
        ),
        (
            api.post("/credits/{tenant}/search")
                .json(&json!({"exclusiveStartKey": long})),
            400,
        ),
        (
            api.get(&format!("/credits/{{tenant}}?fields={}", "y".repeat(9_000))),
            400,
        ),
        (
            api.get(&format!("/credits/{{tenant}}?limit={}", "9".repeat(9_000))),
            400,
        ),
    ] {
        let answer = request.send().await;
        assert_eq!(answer.status, status, "{}", answer.code());
        assert!(answer.text.len() < 2_048, "{}", answer.text.len());
    }
    let body = json!({"operations": [
        {"operation": "patch", "id": id(&created), "patch_directives": remove},
        {"operation": long.clone(), "id": long},
    ]});
    let batch = api.post("/credits/{tenant}/batch").json(&body).send().await;
    assert_eq!(batch.body["error_count"], 2);
    assert!(batch.text.len() < 4_096, "{}", batch.text.len());
}
