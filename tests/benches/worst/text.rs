//! Builds hostile requests as text, because JSON libraries would not write them.

use serde_json::{Value, json};
use shared::base::json::MAX_VALUES;
use shared::model::limits::MAX_RECORD_VALUES;

/// The largest body, in bytes.
pub(crate) const BODY: usize = 1024 * 1024;
/// The largest body of a batch, in bytes.
pub(crate) const BATCH: usize = 4 * 1024 * 1024;
/// The largest record, in bytes.
const RECORD: usize = 350 * 1024;
/// The most bytes of a record beside its hostile value.
const RECORD_FRAME: usize = 2 * 1024;

/// The most values of a record or a body beside its hostile values.
const FRAME_VALUES: usize = 100;
/// The most hostile values of a record.
pub(crate) const RECORD_VALUES: usize = MAX_RECORD_VALUES - FRAME_VALUES;

/// Writes an array of `count` times the same item.
pub(crate) fn array_of(item: &str, count: usize) -> String {
    format!("[{}]", vec![item; count].join(","))
}

/// Writes an array of `item(0)`, `item(1)`, …
pub(crate) fn array(count: usize, item: impl Fn(usize) -> String) -> String {
    format!("[{}]", (0..count).map(item).collect::<Vec<_>>().join(","))
}

/// Writes an object of `count` members, each made by `member`.
pub(crate) fn object(count: usize, member: impl Fn(usize) -> String) -> String {
    format!(
        "{{{}}}",
        (0..count).map(member).collect::<Vec<_>>().join(",")
    )
}

/// Writes `frame` around an array of as many items as fit into `limit` bytes.
pub(crate) fn filled(limit: usize, frame: impl Fn(&str) -> String, item: &str) -> String {
    let rest = limit.saturating_sub(frame("[]").len());
    frame(&array_of(item, rest / (item.len() + 1)))
}

/// Writes `frame` around an array of as many items as a body may have, in bytes and in values.
pub(crate) fn fullest(frame: impl Fn(&str) -> String, item: &str) -> String {
    let rest = BODY - frame("[]").len();
    let counted = (MAX_VALUES - FRAME_VALUES) / values_in(item);
    frame(&array_of(item, counted.min(rest / (item.len() + 1))))
}

// Counts the scalars, arrays and objects of a JSON text, the outermost included.
fn values_in(text: &str) -> usize {
    fn count(value: &Value) -> usize {
        match value {
            Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
            Value::Object(members) => 1 + members.values().map(count).sum::<usize>(),
            _ => 1,
        }
    }
    // A number that is too long to parse is one value too.
    serde_json::from_str(text).map_or(1, |value| count(&value))
}

/// Writes `levels` nested objects with the same name, around a value.
pub(crate) fn nested(levels: usize, name: &str, inner: &str) -> String {
    let open = format!("{{\"{name}\":").repeat(levels);
    format!("{open}{inner}{}", "}".repeat(levels))
}

/// Returns a valid credit.
pub(crate) fn credit() -> Value {
    json!({
        "type_id": "ceu", "origin": "legacy system", "contact_id": "ada", "date": "2026-03-14",
        "quantity": 1, "expiration_date": "2030-12-31",
    })
}

/// Writes a credit with one more member.
pub(crate) fn credit_with(name: &str, value: &str) -> String {
    let mut credit = credit().to_string();
    credit.truncate(credit.len() - 1);
    format!("{credit},\"{name}\":{value}}}")
}

/// Writes a credit with a value in a custom field, at `/custom_field_values/0/table_value/0/v`.
pub(crate) fn credit_around(value: &str) -> String {
    let fields = format!(r#"[{{"custom_field_id":"f","table_value":[{{"v":{value}}}]}}]"#);
    credit_with("custom_field_values", &fields)
}

/// Writes the largest credit with a list of the same item, in bytes and in values. `stored` is the
/// number of bytes that one of them takes of a stored item's 396 KB.
pub(crate) fn largest_credit_of(item: &str, stored: usize) -> String {
    let sent = (RECORD - RECORD_FRAME) / (item.len() + 1);
    let kept = (396 * 1024 - 2 * RECORD_FRAME) / stored;
    let counted = RECORD_VALUES / values_in(item);
    credit_around(&array_of(item, sent.min(kept).min(counted)))
}

/// Writes a list of equal operations.
pub(crate) fn operations(count: usize, operation: &str) -> String {
    array_of(operation, count)
}

/// Writes a batch of equal operations.
pub(crate) fn batch(count: usize, operation: &str) -> String {
    format!(r#"{{"operations":{}}}"#, array_of(operation, count))
}

/// Writes a valid rule set with conditions in one rule.
pub(crate) fn rule_set(conditions: &str) -> String {
    rule_set_of(&format!("[{}]", rule("r", conditions)))
}

/// Writes a valid rule set from an array of rules.
pub(crate) fn rule_set_of(rules: &str) -> String {
    format!(r#"{{"name":"hostile","rules":{rules},"default_expiration_options":{OPTIONS}}}"#)
}

/// Writes a rule.
pub(crate) fn rule(name: &str, conditions: &str) -> String {
    format!(
        r#"{{"name":"{name}","matching_conditions":{conditions},"expiration_options":{OPTIONS}}}"#
    )
}

const OPTIONS: &str = r#"{"expiration_type":"calendar","calendar_expiration_options":{}}"#;

/// Writes the body of an evaluation of facts.
pub(crate) fn question(facts: &str) -> String {
    format!(r#"{{"date":"2026-03-14","facts":{facts}}}"#)
}
