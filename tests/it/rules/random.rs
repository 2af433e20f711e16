//! Random condition trees and facts, which depend only on the seed.

use fastrand::Rng;
use serde_json::{Map, Value, json};

const FACTS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
const NEVER_A_FACT: &str = "undefined fact";
const MEMBERS: [&str; 6] = ["k", "list", "text", "x y", "d.e", "length"];
const OPERATORS: [&str; 10] = [
    "equal",
    "notEqual",
    "in",
    "notIn",
    "contains",
    "doesNotContain",
    "lessThan",
    "lessThanInclusive",
    "greaterThan",
    "greaterThanInclusive",
];
// JSON text, so that every spelling of a number reaches both sides.
const SCALARS: [&str; 40] = [
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1",
    "2",
    "5",
    "9",
    "10",
    "1.5",
    "-1",
    "0.1",
    "1e21",
    "1e-7",
    "9007199254740993",
    "9007199254740992",
    "100000000000000000000",
    r#""""#,
    r#"" ""#,
    r#""a""#,
    r#""b""#,
    r#""ab""#,
    r#""abc""#,
    r#""1""#,
    r#""9""#,
    r#""10""#,
    r#"" 5 ""#,
    r#""5px""#,
    r#""0x10""#,
    r#""1e1""#,
    r#"".5""#,
    r#""-1""#,
    r#""Infinity""#,
    r#""undefined""#,
    r#""null""#,
    r#""2024-03-15""#,
    r#""2025-01-01""#,
    r#""1😀""#,
    r#""1Ａ\u0085\ufeff""#,
];

/// A condition tree, and facts to evaluate.
pub(super) struct Case {
    pub(super) conditions: Value,
    pub(super) facts: Value,
}

/// Returns the next random case.
pub(super) fn case(rng: &mut Rng) -> Case {
    let facts = facts(rng);
    let levels = rng.usize(1..=3);
    let conditions = group(rng, &facts, levels);
    Case {
        conditions,
        facts: Value::Object(facts),
    }
}

fn facts(rng: &mut Rng) -> Map<String, Value> {
    let present: Vec<&str> = FACTS.into_iter().filter(|_| rng.u8(..4) > 0).collect();
    present
        .into_iter()
        .map(|name| (name.to_owned(), value(rng, 3)))
        .collect()
}

fn value(rng: &mut Rng, levels: usize) -> Value {
    match rng.u8(..10) {
        0 if levels > 0 => (0..rng.usize(..5))
            .map(|_| value(rng, levels - 1))
            .collect(),
        1..=3 if levels > 0 => {
            let names: Vec<&str> = MEMBERS.into_iter().filter(|_| rng.bool()).collect();
            names
                .into_iter()
                .map(|name| (name.to_owned(), value(rng, levels - 1)))
                .collect()
        }
        4 if rng.bool() => (0..rng.usize(15..25)).map(|_| scalar(rng)).collect(),
        _ => scalar(rng),
    }
}

fn scalar(rng: &mut Rng) -> Value {
    let text = one_of(rng, &SCALARS);
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn group(rng: &mut Rng, facts: &Map<String, Value>, levels: usize) -> Value {
    let quantifier = one_of(rng, &["all", "any"]);
    let size = if rng.u8(..12) == 0 {
        0
    } else {
        rng.usize(1..=3)
    };
    let members: Vec<Value> = (0..size)
        .map(|_| {
            if levels > 1 && rng.bool() {
                group(rng, facts, levels - 1)
            } else {
                leaf(rng, facts)
            }
        })
        .collect();
    json!({ quantifier: members })
}

fn leaf(rng: &mut Rng, facts: &Map<String, Value>) -> Value {
    let operator = one_of(rng, &OPERATORS);
    let mut leaf = located(rng);
    leaf["operator"] = json!(operator);
    leaf["value"] = match (operator, rng.u8(..4)) {
        (_, 0) => located(rng),
        ("in" | "notIn", 1) => json!(one_of(rng, &["", "a", "abc", "10", "2024-03-15", "1😀"])),
        ("in" | "notIn", _) => (0..rng.usize(..6)).map(|_| literal(rng, facts)).collect(),
        ("lessThan" | "lessThanInclusive" | "greaterThan" | "greaterThanInclusive", 1..=2) => {
            scalar(rng)
        }
        _ => literal(rng, facts),
    };
    leaf
}

// Returns a fact, or a part of one.
fn located(rng: &mut Rng) -> Value {
    let fact = if rng.u8(..12) == 0 {
        NEVER_A_FACT
    } else {
        one_of(rng, &FACTS)
    };
    if rng.bool() {
        json!({"fact": fact, "path": path(rng)})
    } else {
        json!({ "fact": fact })
    }
}

// Sometimes takes a value from the facts, so that values are equal not only by chance.
fn literal(rng: &mut Rng, facts: &Map<String, Value>) -> Value {
    let known = facts
        .get(one_of(rng, &FACTS))
        .filter(|fact| fact.get("fact").is_none());
    match known {
        Some(known) if rng.bool() => part(rng, known).clone(),
        Some(_) | None => value(rng, 1),
    }
}

fn part<'v>(rng: &mut Rng, value: &'v Value) -> &'v Value {
    let parts: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(members) => members.values().collect(),
        _ => Vec::new(),
    };
    if parts.is_empty() {
        return value;
    }
    let chosen = one_of(rng, &parts);
    part(rng, chosen)
}

fn path(rng: &mut Rng) -> String {
    let steps = [
        ".k", ".list", ".text", "['x y']", "['d.e']", "[\"k\"]", "[0]", "[1]", "[*]", ".length",
        ".0", ".none",
    ];
    let steps: String = (0..rng.usize(1..=3)).map(|_| one_of(rng, &steps)).collect();
    match steps.strip_prefix('.') {
        Some(relative) if rng.u8(..4) == 0 => relative.to_owned(),
        Some(_) | None => format!("${steps}"),
    }
}

fn one_of<T: Copy>(rng: &mut Rng, choices: &[T]) -> T {
    rng.choice(choices)
        .copied()
        .unwrap_or_else(|| panic!("nothing to choose from"))
}
