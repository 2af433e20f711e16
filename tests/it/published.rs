//! Published suites of cases, rewritten as our own data (`tests/published`), through the real
//! routes.

mod json_patch;
mod json_syntax;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::credits::credit;

/// The pointer to a cell of a custom field's table, which keeps any document as it was sent.
const CELL: &str = "/custom_field_values/0/table_value/0/cell";

/// Reads a file of `tests/published`.
fn suite<T: DeserializeOwned>(name: &str) -> T {
    let path = format!("{}/published/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Returns a credit with a document in its cell.
fn holding(document: &Value) -> Value {
    let table = json!([{"custom_field_id": "f", "table_value": [{"cell": document}]}]);
    credit(json!({ "custom_field_values": table }))
}
