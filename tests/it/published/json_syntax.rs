//! JSON, text by text: invalid texts are refused, valid ones are answered unchanged.

use integration_tests::api::{Request, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{CELL, holding, suite};
use crate::credits::{World, id, path};

#[derive(Deserialize)]
struct Suite {
    /// Texts that are not JSON.
    refused: Vec<Rule>,
    /// Texts that are JSON.
    accepted: Vec<Rule>,
    /// Texts that are JSON, but over one of our limits.
    limited: Vec<Rule>,
    /// Texts for which RFC 8259 leaves the choice to the reader.
    either: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    rule: String,
    /// The text around each text, which replaces its `%`.
    #[serde(rename = "in")]
    around: Option<String>,
    #[serde(default)]
    texts: Vec<Text>,
    /// Texts and their values, if the two look different.
    #[serde(default)]
    rows: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    Plain(String),
    Bytes { hex: String },
}

impl Rule {
    /// Returns the bytes of every text.
    fn texts(&self) -> impl Iterator<Item = Vec<u8>> {
        self.texts.iter().map(|text| match (text, &self.around) {
            (Text::Plain(text), Some(around)) => around.replace('%', text).into_bytes(),
            (Text::Plain(text), None) => text.clone().into_bytes(),
            (Text::Bytes { hex }, _) => bytes(hex),
        })
    }

    /// Returns every text, and its value.
    fn values(&self) -> impl Iterator<Item = (Vec<u8>, Value)> {
        let plain = self.texts().map(|text| {
            let value = serde_json::from_slice(&text).unwrap();
            (text, value)
        });
        let told = self.rows.iter().map(|(text, value)| {
            let value = serde_json::from_str(value).unwrap();
            (text.clone().into_bytes(), value)
        });
        plain.chain(told)
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = (0..hex.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

/// Returns a document with a text in place of `"CELL"`.
fn around(document: &Value, text: &[u8]) -> Vec<u8> {
    let document = document.to_string();
    let (before, after) = document.split_once("\"CELL\"").unwrap();
    [before.as_bytes(), text, after.as_bytes()].concat()
}

fn shown(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

/// The requests with a text as a value, and as the whole body.
struct Ways {
    world: World,
    existing: Value,
}

impl Ways {
    async fn new() -> Self {
        let world = World::new().await;
        let existing = world.create(json!({})).await;
        Self { world, existing }
    }

    fn create(&self, body: Vec<u8>) -> Request {
        sent(self.world.api.post("/credits/{tenant}"), body)
    }

    /// A create, a replace, a patch, a batch and a search that bring the text as a value, and a
    /// create that brings nothing else.
    fn all(&self, text: &[u8]) -> Vec<Request> {
        let api = &self.world.api;
        let path = path(&self.existing);
        let record = holding(&json!("CELL"));
        let add = json!([{"op": "add", "path": "/notes", "value": "CELL"}]);
        let create = json!({"operations": [{"operation": "create", "object": record}]});
        let search = json!({"ids": "CELL"});
        vec![
            self.create(text.to_vec()),
            self.create(around(&record, text)),
            sent(api.put(&path), around(&record, text)),
            sent(api.patch(&path), around(&add, text)),
            sent(api.post("/credits/{tenant}/batch"), around(&create, text)),
            sent(api.post("/credits/{tenant}/search"), around(&search, text)),
        ]
    }

    async fn create_with(&self, text: &[u8]) -> Response {
        let body = around(&holding(&json!("CELL")), text);
        self.create(body).send().await
    }
}

fn sent(request: Request, body: Vec<u8>) -> Request {
    request
        .header("content-type", "application/json")
        .body(body)
}

#[tokio::test]
async fn what_is_not_json_is_refused_on_every_route_that_takes_a_body() {
    let ways = Ways::new().await;
    let suite: Suite = suite("json_syntax");
    let before = ways.world.faults.recorder().applied_writes();
    for rule in &suite.refused {
        for text in rule.texts() {
            for request in ways.all(&text) {
                let refusal = request.send().await;
                let told = (refusal.status, refusal.code());
                let shown = shown(&text);
                assert_eq!(told, (400, "invalid-request"), "{}: {shown:?}", rule.rule);
            }
        }
    }
    assert_eq!(ways.world.faults.recorder().applied_writes(), before);
}

#[tokio::test]
async fn what_is_json_is_stored_and_comes_back_with_its_value_unchanged() {
    let ways = Ways::new().await;
    let suite: Suite = suite("json_syntax");
    for rule in &suite.accepted {
        for (text, value) in rule.values() {
            let created = ways.create_with(&text).await;
            let shown = shown(&text);
            assert_eq!(created.status, 200, "{shown:?}: {}", created.text);
            assert_eq!(created.body.pointer(CELL), Some(&value), "{}", rule.rule);
            let read = ways.world.read(id(&created.body)).await;
            assert_eq!(read.body, created.body, "{shown:?}");
        }
    }
}

#[tokio::test]
async fn json_over_a_limit_of_ours_is_refused_with_its_place() {
    let ways = Ways::new().await;
    let suite: Suite = suite("json_syntax");
    for text in suite.limited.iter().flat_map(Rule::texts) {
        let before = ways.world.faults.recorder().applied_writes();
        let refusal = ways.create_with(&text).await;
        assert_eq!(refusal.code(), "validation-failed", "{}", shown(&text));
        assert!(refusal.pointers()[0].starts_with(CELL), "{}", refusal.text);
        assert_eq!(ways.world.faults.recorder().applied_writes(), before);
    }
}

#[tokio::test]
async fn what_json_leaves_open_is_refused_or_comes_back_as_it_was_answered() {
    let ways = Ways::new().await;
    let suite: Suite = suite("json_syntax");
    for text in suite.either.iter().flat_map(Rule::texts) {
        let shown = shown(&text);
        for request in ways.all(&text) {
            let answer = request.send().await;
            let is_answered = matches!(answer.status, 200 | 400);
            assert!(is_answered, "{shown:?}: {}", answer.text);
        }
        let created = ways.create_with(&text).await;
        if created.status == 200 {
            let read = ways.world.read(id(&created.body)).await;
            assert_eq!(read.body, created.body, "{shown:?}");
        }
    }
}
