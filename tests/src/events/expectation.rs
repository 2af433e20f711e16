//! The expected answers of the functions, from `events.json`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

const EXPECTATIONS: &str = include_str!("../../events.json");

/// Stands for any value.
const ANY: &str = "*";

/// The members of an answer that are compared: the named members of an object, and all of a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct Expectation(Value);

/// Returns the expected answer to each event file.
///
/// # Panics
/// When the file of expectations cannot be read.
pub fn expectations() -> BTreeMap<String, Expectation> {
    serde_json::from_str(EXPECTATIONS).expect("the expectations can be read")
}

impl Expectation {
    /// Returns the differences of an answer, each with its JSON pointer. An HTTP answer is compared
    /// as `status`, `headers` and `body`, any other unchanged.
    pub fn differences(&self, answer: &Value) -> Vec<String> {
        let mut differences = Vec::new();
        compare("", &self.0, &unpacked(answer), &mut differences);
        differences
    }
}

fn compare(pointer: &str, expected: &Value, actual: &Value, differences: &mut Vec<String>) {
    match (expected, actual) {
        (Value::String(any), actual) if any == ANY && !actual.is_null() => {}
        (Value::Object(members), Value::Object(_)) => {
            for (name, expected) in members {
                let actual = actual.get(name).unwrap_or(&Value::Null);
                compare(&format!("{pointer}/{name}"), expected, actual, differences);
            }
        }
        (Value::Array(items), Value::Array(actual)) if items.len() == actual.len() => {
            for (position, (expected, actual)) in items.iter().zip(actual).enumerate() {
                let pointer = format!("{pointer}/{position}");
                compare(&pointer, expected, actual, differences);
            }
        }
        (expected, actual) if expected == actual => {}
        (expected, actual) => differences.push(format!("{pointer}: {actual} is not {expected}")),
    }
}

/// Returns an HTTP answer with headers in lower case and the body as a JSON value.
fn unpacked(answer: &Value) -> Value {
    let Some(status) = answer.get("statusCode") else {
        return answer.clone();
    };
    let body = answer["body"].as_str().unwrap_or_default();
    let body = serde_json::from_str(body).unwrap_or_else(|_| Value::from(body));
    json!({ "status": status, "headers": headers(answer), "body": body })
}

fn headers(answer: &Value) -> Map<String, Value> {
    let headers = answer["headers"].as_object().into_iter().flatten();
    headers
        .map(|(name, value)| (name.to_lowercase(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differences(expected: Value) -> Vec<String> {
        let answer = json!({
            "statusCode": 200,
            "headers": {"ETag": "\"1\""},
            "body": "{\"id\": \"a\", \"list\": [1, 2], \"nothing\": null}",
        });
        Expectation(expected).differences(&answer)
    }

    #[test]
    fn members_that_are_not_named_are_ignored() {
        let expected = json!({
            "status": 200, "headers": {"etag": "\"1\""}, "body": {"id": "*", "list": [1, 2]},
        });
        assert_eq!(differences(expected), Vec::<String>::new());
    }

    #[test]
    fn a_difference_is_named_by_its_pointer() {
        for (expected, place) in [
            (json!({"status": 201}), "/status"),
            (json!({"headers": {"etag": "\"2\""}}), "/headers/etag"),
            (json!({"headers": {"link": "*"}}), "/headers/link"),
            (json!({"body": {"nothing": "*"}}), "/body/nothing"),
            (json!({"body": {"list": [1]}}), "/body/list"),
            (json!({"body": {"list": [1, 3]}}), "/body/list/1"),
            (json!({"body": {"id": {"a": 1}}}), "/body/id"),
        ] {
            let found = differences(expected);
            assert!(found[0].starts_with(&format!("{place}: ")), "{found:?}");
        }
    }
}
