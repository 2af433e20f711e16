//! Compares the rules engine with its executable specification, the worked examples of the
//! contract, and
//! the engine that it follows.

mod corpus;
mod differential;
mod random;
mod worked_examples;

use std::path::PathBuf;

use jiff::civil::Date;
use serde_json::{Map, Value, json};
use shared::model::rule_set::RuleSetBody;
use shared::rules::Facts;

/// Reads a file of this package as JSON.
fn read(file: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn members(value: &Value) -> Map<String, Value> {
    value
        .as_object()
        .unwrap_or_else(|| panic!("`{value}` is no object"))
        .clone()
}

fn rule_set(document: &Value) -> RuleSetBody {
    RuleSetBody::parse(members(document))
        .unwrap_or_else(|violations| panic!("{document}: {violations:?}"))
}

/// Returns a set with only these options.
fn decided_by(options: Value) -> RuleSetBody {
    rule_set(&json!({"name": "n", "default_expiration_options": options}))
}

/// Returns a set with one rule, which matches when these conditions hold.
fn with_conditions(conditions: &Value) -> RuleSetBody {
    let options = json!({"expiration_type": "calendar", "calendar_expiration_options": {}});
    rule_set(&json!({
        "name": "n",
        "rules": [
            {"name": "r", "matching_conditions": conditions, "expiration_options": options}
        ],
        "default_expiration_options": options,
    }))
}

fn facts(value: &Value) -> Facts {
    Facts::new(members(value))
}

fn date(value: &Value) -> Date {
    let text = value
        .as_str()
        .unwrap_or_else(|| panic!("`{value}` is no text"));
    text.parse()
        .unwrap_or_else(|error| panic!("`{text}`: {error}"))
}
