//! `certs smoke` against the service that `make run` starts.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Output, Stdio};

use certs::store::{AccessKey, client};
use serde_json::Value;

use crate::aws::{FakeAws, by_keys, described};
use crate::world::certs;

const STEPS: [&str; 13] = [
    "register a tenant",
    "make a key",
    "create a rule set",
    "read it",
    "patch it",
    "create a credit by it",
    "read it",
    "patch it",
    "sweep, dry",
    "see it untouched",
    "delete it",
    "delete the rule set",
    "remove the tenant",
];

struct Serving {
    process: Child,
    announced: Value,
}

impl Serving {
    fn start(name: &str) -> Self {
        let mut command = certs(name);
        let file = command.get_current_dir().unwrap().join(".local/serve.json");
        command
            .args(["serve", "--port", "0", "--no-seed"])
            .stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        let mut banner = String::new();
        while !banner.contains("curl") {
            assert_ne!(
                out.read_line(&mut banner).unwrap(),
                0,
                "ended early: {banner}"
            );
        }
        let announced = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        Self { process, announced }
    }

    fn told(&self, name: &str) -> &str {
        self.announced[name].as_str().unwrap()
    }

    fn smoke(&self, api: &str, options: &[&str]) -> Output {
        let mut command = certs("smoke");
        command.args(["smoke", "--api", api]).args(options);
        command.args(["--dynamodb-endpoint", self.told("dynamodb_endpoint")]);
        let access_key = self.told("dynamodb_access_key_id");
        command.env("CERTS_DYNAMODB_ACCESS_KEY_ID", access_key);
        command.output().unwrap()
    }

    /// Counts the items of throw-away tenants in the table.
    async fn left(&self) -> usize {
        let access_key = AccessKey::new(self.told("dynamodb_access_key_id"));
        let client = client(self.told("dynamodb_endpoint"), &access_key);
        let scan = client.scan().table_name("certifications");
        let items = scan
            .into_paginator()
            .items()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await;
        let items = items.unwrap();
        assert!(!items.is_empty(), "the demo tenant is there");
        items
            .iter()
            .filter(|item| format!("{item:?}").contains("smoke-"))
            .count()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn steps(output: &Output) -> Vec<Value> {
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    answer["steps"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_succeeds_and_nothing_is_left() {
    let serving = Serving::start("served");
    let output = serving.smoke(serving.told("base_url"), &["--json"]);
    assert!(output.status.success(), "{output:?}");
    let steps = steps(&output);
    let names: Vec<_> = steps
        .iter()
        .map(|step| step["step"].as_str().unwrap())
        .collect();
    assert_eq!(names, STEPS);
    assert!(steps.iter().all(|step| step["ok"] == true), "{steps:?}");
    let saw = |position: usize| steps[position]["saw"].as_str().unwrap();
    assert_eq!(saw(5), "200, version 1, expires 2020-12-31");
    assert_eq!(saw(8), "1 credit looked at, 1 to be archived");
    assert_eq!(
        saw(12),
        "keys 1, credits 1, expiration rule sets 1, consumptions 0"
    );
    assert_eq!(serving.left().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stack_names_table_and_api() {
    let serving = Serving::start("stack");
    let outputs = [
        ("TableName", serving.told("table")),
        ("ApiUrl", serving.told("base_url")),
    ];
    let aws = FakeAws::answering(200, described(&outputs, "CREATE_COMPLETE"));
    let mut command = certs("smoke-stack");
    by_keys(&mut command);
    command.env("AWS_ACCESS_KEY_ID", serving.told("dynamodb_access_key_id"));
    command.env(
        "AWS_ENDPOINT_URL_DYNAMODB",
        serving.told("dynamodb_endpoint"),
    );
    command.env("AWS_ENDPOINT_URL_CLOUDFORMATION", aws.url());
    command.args(["smoke", "--json", "--stack", "certifications-dev"]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let steps = steps(&output);
    let saw = steps[0]["saw"].as_str().unwrap();
    assert_eq!(saw, "in table certifications of DynamoDB in eu-central-1");
    assert_eq!(steps.len(), STEPS.len());
    assert_eq!(serving.left().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_read_one_line_for_each_step() {
    let serving = Serving::start("read");
    let output = serving.smoke(serving.told("base_url"), &[]);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), STEPS.len() + 1, "{text}");
    assert!(lines[0].ends_with(serving.told("base_url")), "{text}");
    for (line, step) in lines[1..].iter().zip(STEPS) {
        assert!(line.starts_with("ok") && line.contains(" ms  "), "{text}");
        assert!(line.contains(step), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_is_removed_when_a_step_fails() {
    let serving = Serving::start("failing");
    let other = FakeAws::answering(401, r#"{"message":"Unauthorized"}"#.to_owned());
    let none = FakeAws::answering(200, described(&[], "none"));
    for (api, why) in [
        (other.url(), "answered 401, not 200: Unauthorized"),
        (none.url(), "is this address the API's?"),
        ("http://127.0.0.1:1", "cannot be reached"),
    ] {
        let output = serving.smoke(api, &["--json"]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("\"create a rule set\" failed"), "{said}");
        assert!(said.contains(why), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        let steps = steps(&output);
        let ok: Vec<_> = steps
            .iter()
            .map(|step| step["ok"].as_bool().unwrap())
            .collect();
        assert_eq!(ok, [true, true, false, true], "{steps:?}");
        assert_eq!(steps[3]["step"], "remove the tenant");
        assert_eq!(serving.left().await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_table_is_named() {
    let serving = Serving::start("no-table");
    let output = serving.smoke(serving.told("base_url"), &["--table", "nothing"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("`certs tenants remove smoke-"), "{said}");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        text.contains("FAILED") && text.contains("no table `nothing`"),
        "{text}"
    );
    assert_eq!(serving.left().await, 0);
}
