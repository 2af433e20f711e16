//! A search over a list in memory: the answers that the service must give.

use serde_json::Value;

use super::sorted_ids;

/// Returns the ids of the matching credits, sorted.
pub(super) fn find(credits: &[Value], search: &Value) -> Vec<String> {
    let found = credits.iter().filter(|credit| matches(credit, search));
    sorted_ids(&found.cloned().collect::<Vec<_>>())
}

fn matches(credit: &Value, search: &Value) -> bool {
    let mut wanted = search.as_object().unwrap().iter();
    wanted.all(|(name, wanted)| match name.as_str() {
        "ids" => is_among(&credit["id"], wanted),
        "origin" => &credit[name] == wanted,
        "type_id" | "contact_id" | "self_reported" | "status" => is_among(&credit[name], wanted),
        "date" | "expiration_date" => is_within(&credit[name], wanted, day),
        _ => is_within(&credit[name], wanted, ten_billionths),
    })
}

fn is_among(value: &Value, wanted: &Value) -> bool {
    wanted.as_array().unwrap().contains(value)
}

fn is_within<T: PartialOrd>(value: &Value, ends: &Value, read: impl Fn(&Value) -> T) -> bool {
    let (from, to) = (&ends[0], &ends[1]);
    if from.is_null() && to.is_null() {
        return true;
    }
    !value.is_null()
        && (from.is_null() || read(from) <= read(value))
        && (to.is_null() || read(value) <= read(to))
}

/// Returns the date of a date, or of a date-time in UTC.
fn day(value: &Value) -> String {
    value.as_str().unwrap()[..10].to_owned()
}

/// Returns a number of at most ten decimals as a whole number.
fn ten_billionths(value: &Value) -> i128 {
    let text = value.to_string();
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{decimals:0<10}").parse().unwrap()
}
