//! Notes and custom fields, in which the records differ.

use fastrand::Rng;
use serde_json::{Map, Value, json};

const NOTES: [&str; 5] = [
    "Certificate of attendance received by post.",
    "Imported with the 2024 renewal files.",
    "Held online; attendance taken twice.",
    "Duplicate of a paper record, kept for audit.",
    "Approved by the education committee.",
];

/// Adds a note to every fifth credit, and custom fields to every seventh.
pub(super) fn add(credit: &mut Map<String, Value>, rng: &mut Rng, number: usize) {
    if number.is_multiple_of(5) {
        credit.insert("notes".into(), json!(super::pick(rng, &NOTES)));
    }
    if number.is_multiple_of(7) {
        credit.insert("custom_field_values".into(), custom_fields(rng, number));
    }
}

fn custom_fields(rng: &mut Rng, number: usize) -> Value {
    let score = rng.u32(70..=100);
    json!([
        {"custom_field_id": "provider", "string_value": format!("Provider {}", rng.u32(1..=9))},
        {"custom_field_id": "score", "numeric_value": score},
        {"custom_field_id": "in-person", "boolean_value": rng.bool()},
        {
            "custom_field_id": "certificate",
            "file_url_value": format!("https://files.example/certificates/{number}.pdf"),
        },
        {"custom_field_id": "topics", "list_value": ["safety", "law"]},
        {"custom_field_id": "sessions", "table_value": [
            {"day": 1, "hours": 3.5, "room": "Aula"},
            {"day": 2, "hours": 2, "room": null},
        ]},
    ])
}
