//! How long an evaluation takes. Targets: a set of 100 rules of 5 leaves each within 100 µs, and
//! 1,000,000 dates a second on one core (1 µs each).

use divan::{Bencher, black_box};
use jiff::civil::{Date, date};
use serde_json::{Map, Value, json};
use shared::model::rule_set::RuleSetBody;
use shared::rules::{Facts, evaluate, explain};

const RULES: usize = 100;
const DATES: usize = 1_000;

fn main() {
    divan::main();
}

/// Every rule fails in its last leaf, so that all 500 are looked at.
#[divan::bench]
fn a_set_of_100_rules_of_5_leaves(bencher: Bencher<'_, '_>) {
    let (set, facts) = (hundred_rules(), facts());
    bencher.bench(|| evaluate(black_box(&set), black_box(&facts), date(2024, 3, 15), None));
}

#[divan::bench]
fn the_same_set_with_its_explanation(bencher: Bencher<'_, '_>) {
    let (set, facts) = (hundred_rules(), facts());
    bencher.bench(|| explain(black_box(&set), black_box(&facts), date(2024, 3, 15), None));
}

#[divan::bench]
fn reading_the_same_set(bencher: Bencher<'_, '_>) {
    let Value::Object(document) = serde_json::to_value(hundred_rules()).unwrap_or_default() else {
        return;
    };
    bencher
        .with_inputs(|| document.clone())
        .bench_values(RuleSetBody::parse);
}

#[divan::bench(args = ["calendar", "anniversary", "fixed"])]
fn a_thousand_dates(bencher: Bencher<'_, '_>, kind: &str) {
    let set = parse(json!({"name": "n", "default_expiration_options": options(kind)}));
    let (facts, dates) = (Facts::default(), dates());
    bencher.counter(DATES).bench(|| {
        dates
            .iter()
            .filter_map(|date| evaluate(black_box(&set), &facts, *date, None).ok())
            .fold(Date::MIN, |latest, decision| {
                latest.max(decision.expiration_date)
            })
    });
}

fn dates() -> Vec<Date> {
    let first = date(2024, 1, 1);
    first
        .series(jiff::Span::new().days(1))
        .take(DATES)
        .collect()
}

fn options(kind: &str) -> Value {
    match kind {
        "calendar" => json!({
            "expiration_type": "calendar",
            "calendar_expiration_options":
                {"start_of_calendar_year": 7, "sell_for_next_year_after": "04-01"},
        }),
        "anniversary" => anniversary(json!([])),
        _ => anniversary(json!([
            {"range_start": "01-01", "range_end": "06-30", "expiration_date": "06-30"},
            {"range_start": "07-01", "range_end": "12-31", "expiration_date": "12-31"},
        ])),
    }
}

fn anniversary(fixed_dates: Value) -> Value {
    json!({
        "expiration_type": "anniversary",
        "anniversary_expiration_options": {
            "sell_for_next_month_after": 15,
            "term_length": 18,
            "term_type": "months",
            "enable_fixed_expiration_dates": true,
            "fixed_expiration_dates": fixed_dates,
        },
    })
}

fn facts() -> Facts {
    Facts::new(object(json!({
        "type_id": "type-50",
        "quantity": 12.5,
        "date": "2024-03-15",
        "tags": ["a", "b", "c"],
        "contact": {"address": {"country": "AT"}},
    })))
}

fn hundred_rules() -> RuleSetBody {
    let rules: Vec<Value> = (0..RULES).map(rule).collect();
    parse(json!({
        "name": "many",
        "rules": rules,
        "default_expiration_options": options("calendar"),
    }))
}

fn rule(number: usize) -> Value {
    json!({
        "name": format!("rule {number}"),
        "matching_conditions": {"all": [
            {"fact": "type_id", "operator": "in", "value": ["type-49", "type-50", "type-51"]},
            {"fact": "quantity", "operator": "greaterThan", "value": 10},
            {"fact": "date", "operator": "lessThan", "value": "2025-01-01"},
            {"fact": "tags", "operator": "contains", "value": "c"},
            {"fact": "contact", "path": "$.address.country", "operator": "equal",
             "value": format!("country {number}")},
        ]},
        "expiration_options": options("anniversary"),
    })
}

fn parse(document: Value) -> RuleSetBody {
    match RuleSetBody::parse(object(document)) {
        Ok(set) => set,
        Err(violations) => {
            eprintln!("the rule set of the benchmark is not valid: {violations:?}");
            std::process::exit(1)
        }
    }
}

fn object(document: Value) -> Map<String, Value> {
    match document {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
