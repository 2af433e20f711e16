//! The template as CloudFormation gets it, after SAM's transform, which runs here.

mod alarms;
mod checks;
mod deployment;
mod monitoring;
mod permissions;
mod routes;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::{Map, Value};

const FUNCTIONS: [&str; 4] = [
    "AuthorizerFunction",
    "CreditsFunction",
    "ExpirationRuleSetsFunction",
    "ExpirationSweepFunction",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// Returns the transformed document.
fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
        let python: PathBuf = root().join(".local/cfn-lint/bin/python");
        assert!(python.exists(), "run scripts/setup.sh test");
        let mut transform = Command::new(python);
        transform.arg("scripts/transform_template.py");
        let output = transform.current_dir(root()).output().unwrap();
        let failure = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{failure}");
        serde_json::from_slice(&output.stdout).unwrap()
    });
    &DOCUMENT
}

fn resources() -> &'static Map<String, Value> {
    document()["Resources"].as_object().unwrap()
}

/// Returns the resource with this logical id.
fn resource(id: &str) -> &'static Value {
    resources().get(id).unwrap_or_else(|| panic!("no {id}"))
}

/// Returns the logical ids and properties of all resources of a type.
fn of_type(kind: &str) -> Vec<(&'static str, &'static Value)> {
    let all = resources().iter();
    let found = all.filter(|(_, resource)| resource["Type"] == kind);
    let found: Vec<_> = found
        .map(|(id, resource)| (id.as_str(), &resource["Properties"]))
        .collect();
    assert!(!found.is_empty(), "no {kind}");
    found
}

/// Returns the logical id in a `Ref`.
fn referred(value: &Value) -> &str {
    value["Ref"]
        .as_str()
        .unwrap_or_else(|| panic!("no reference: {value}"))
}

/// Returns the alias by which callers call a function.
fn alias(function: &str) -> String {
    format!("{function}Aliaslive")
}

/// Returns one value, or a list of values.
fn listed(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(values) => values.iter().collect(),
        one => vec![one],
    }
}
