//! JSON Patch, case by case, on documents in a credit.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{CELL, holding, suite};
use crate::credits::{World, id, path};

#[derive(Deserialize)]
struct Suite {
    rows: Vec<Row>,
}

/// A patch of a document, and its result or the code of its refusal.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    rule: String,
    document: Value,
    patch: Vec<Value>,
    #[serde(default, deserialize_with = "present")]
    result: Option<Value>,
    refused: Option<String>,
}

/// Reads a result. Null is a result too.
fn present<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(value).map(Some)
}

impl Row {
    /// The patch of a document that lies in a cell; a pointer that is none stays as it is.
    fn patch_in_cell(&self) -> Value {
        let mut patch = self.patch.clone();
        for operation in &mut patch {
            for name in ["path", "from"] {
                if let Some(Value::String(pointer)) = operation.get_mut(name)
                    && (pointer.is_empty() || pointer.starts_with('/'))
                {
                    pointer.insert_str(0, CELL);
                }
            }
        }
        json!(patch)
    }
}

async fn holds(world: &World, row: &Row) {
    let created = world.create(holding(&row.document)).await;
    let patch = world.api.patch(&path(&created));
    let patch = patch.json_patch(&row.patch_in_cell());
    match (&row.result, &row.refused) {
        (Some(result), None) => {
            let patched = patch.send().await;
            assert_eq!(patched.status, 200, "{}: {}", row.rule, patched.text);
            assert_eq!(patched.body.pointer(CELL), Some(result), "{}", row.rule);
            assert_eq!(world.read(id(&created)).await.body, patched.body);
        }
        (None, Some(code)) => {
            let before = world.faults.recorder().applied_writes();
            let refusal = patch.send().await;
            assert_eq!(refusal.code(), code, "{}: {}", row.rule, refusal.text);
            assert_eq!(world.faults.recorder().applied_writes(), before);
            assert_eq!(world.read(id(&created)).await.body, created);
        }
        _ => panic!("{} has a result or a refusal, and not both", row.rule),
    }
}

#[tokio::test]
async fn every_case_of_json_patch_has_its_result_or_its_refusal() {
    let world = World::new().await;
    let Suite { rows } = suite("json_patch");
    assert!(rows.len() >= 90, "{}", rows.len());
    for row in rows {
        holds(&world, &row).await;
    }
}
