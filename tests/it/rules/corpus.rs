//! Runs the executable specification: every row of `tests/spec`.

use serde_json::{Map, Value, json};
use shared::model::rule_set::RuleSetBody;
use shared::rules::{Decision, RuleError, evaluate, explain};

use super::{date, decided_by, facts, members, read, rule_set, with_conditions};

type Check = fn(chapter: &Value, row: &Value);

const CHAPTERS: [(&str, Check); 7] = [
    ("conditions", conditions_hold),
    ("calendar", calendar_decides),
    ("anniversary", anniversary_decides),
    ("fixed_dates", anniversary_decides),
    ("grace_and_reinstatement", standing_is),
    ("precedence", rule_matches),
    ("errors", faults_are_named),
];

#[test]
fn every_row_of_the_specification_holds_and_has_a_source() {
    for (name, check) in CHAPTERS {
        let chapter = read(&format!("spec/{name}.json"));
        let rows = rows(&chapter);
        assert!(rows.len() >= 10, "{name} has only {} rows", rows.len());
        for row in rows {
            assert!(
                row["source"]
                    .as_str()
                    .is_some_and(|source| !source.is_empty()),
                "{row}"
            );
            check(&chapter, row);
        }
    }
}

#[test]
fn every_file_of_the_specification_is_read() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/spec");
    let names = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name());
    let mut files: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    let mut known = CHAPTERS.map(|(name, _)| format!("{name}.json"));
    files.sort();
    known.sort();
    assert_eq!(files, known);
}

/// Returns the rows of a chapter.
pub(super) fn rows(chapter: &Value) -> &[Value] {
    chapter["rows"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
}

fn conditions_hold(_: &Value, row: &Value) {
    let set = with_conditions(&row["conditions"]);
    let (facts, day) = (facts(&row["facts"]), date(&json!("2024-01-01")));
    let decision = evaluate(&set, &facts, day, None).unwrap();
    assert_eq!(
        Value::Bool(decision.matched_rule.is_some()),
        row["holds"],
        "{row}"
    );
    let (explained, traces) = explain(&set, &facts, day, None).unwrap();
    assert_eq!(explained, decision, "{row}");
    assert_eq!(Value::Bool(traces[0].held), row["holds"], "{row}");
}

fn calendar_decides(_: &Value, row: &Value) {
    term_is(
        row,
        json!({
            "expiration_type": "calendar", "calendar_expiration_options": row["options"],
        }),
    );
}

fn anniversary_decides(_: &Value, row: &Value) {
    term_is(
        row,
        json!({
            "expiration_type": "anniversary", "anniversary_expiration_options": row["options"],
        }),
    );
}

fn term_is(row: &Value, options: Value) {
    let joined = row.get("join_date").map(date);
    let facts = facts(&json!({}));
    let decision = evaluate(&decided_by(options), &facts, date(&row["date"]), joined).unwrap();
    let Decision {
        term_start,
        expiration_date,
        ..
    } = decision;
    assert_eq!(
        json!([term_start, expiration_date]),
        json!([row["term_start"], row["expiration_date"]]),
        "{row}"
    );
}

fn standing_is(_: &Value, row: &Value) {
    let mut options = members(&row["options"]);
    options.insert("expiration_type".into(), json!("calendar"));
    options.insert("calendar_expiration_options".into(), json!({}));
    let set = decided_by(Value::Object(options));
    let decision = evaluate(&set, &facts(&json!({})), date(&json!("2024-03-01")), None).unwrap();
    let answer = json!({
        "standing": decision.standing(date(&row["as_of"])),
        "grace_period_ends": decision.grace_period_ends(),
        "reinstatement_ends": decision.reinstatement_ends(),
    });
    for (name, value) in members(&answer) {
        assert_eq!(value, row[&name], "{name} of {row}");
    }
}

fn rule_matches(_: &Value, row: &Value) {
    let set = rule_set(&row["rule_set"]);
    match evaluate(&set, &facts(&row["facts"]), date(&row["date"]), None) {
        Ok(decision) => {
            let answer = json!([decision.matched_rule, decision.expiration_date]);
            assert_eq!(
                answer,
                json!([row["matched_rule"], row["expiration_date"]]),
                "{row}"
            );
        }
        Err(error) => {
            assert_eq!(error, RuleError::Inactive, "{row}");
            assert_eq!(row["error"], "inactive", "{row}");
        }
    }
}

fn faults_are_named(chapter: &Value, row: &Value) {
    let mut document = chapter["rule_set"].clone();
    change(&mut document, row);
    let pointers: Vec<String> = match RuleSetBody::parse(members(&document)) {
        Ok(_) => Vec::new(),
        Err(violations) => Vec::from(violations)
            .into_iter()
            .map(|violation| violation.pointer)
            .collect(),
    };
    assert_eq!(json!(pointers), row["pointers"], "{row}");
}

fn change(document: &mut Value, row: &Value) {
    let place = row["at"].as_str().or(row["without"].as_str()).unwrap();
    if let (Some(value), Some(part)) = (row.get("value"), document.pointer_mut(place)) {
        *part = value.clone();
        return;
    }
    let (parent, name) = place.rsplit_once('/').unwrap();
    let parent: &mut Map<String, Value> = document
        .pointer_mut(parent)
        .and_then(Value::as_object_mut)
        .unwrap();
    let name = name.replace("~1", "/").replace("~0", "~");
    match row.get("value") {
        Some(value) => parent.insert(name, value.clone()),
        None => parent.remove(&name),
    };
}
