//! Rule sets and facts made to be slow. Each ends in a refusal or in a plain result.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use jiff::civil::date;
use serde_json::{Value, json};

use super::*;
use crate::model::rule_set::{Operator, RuleSetBody};

// The contract's 50 ms are for the optimized build.
const LIMIT: Duration = Duration::from_millis(if cfg!(debug_assertions) { 1_000 } else { 50 });
const FACT_BYTES: usize = 350 * 1024;

// The best of three runs, in time of this thread, so that a busy machine does not count.
fn within_limit<T>(what: &str, mut run: impl FnMut() -> T) -> T {
    let mut timed = || {
        let start = cpu_time();
        let result = run();
        (cpu_time().saturating_sub(start), result)
    };
    let mut runs = [timed(), timed(), timed()];
    runs.sort_by_key(|(took, _)| *took);
    let [(took, result), ..] = runs;
    println!("{what}: {took:?}");
    assert!(took < LIMIT, "{what} took {took:?}");
    result
}

// Linux knows the time of a thread; elsewhere the clock on the wall has to do.
fn cpu_time() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let known = std::fs::read_to_string("/proc/thread-self/schedstat");
    let nanos = known
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

fn set_of(conditions: Value) -> Value {
    let options = json!({"expiration_type": "calendar", "calendar_expiration_options": {}});
    json!({
        "name": "hostile",
        "rules": [
            {"name": "r", "matching_conditions": conditions, "expiration_options": options}
        ],
        "default_expiration_options": options,
    })
}

fn parse(document: Value) -> Result<RuleSetBody, usize> {
    let Value::Object(members) = document else {
        panic!("not an object")
    };
    RuleSetBody::parse(members).map_err(|violations| violations.named().len())
}

fn facts(value: Value) -> Facts {
    let Value::Object(members) = value else {
        panic!("not an object")
    };
    Facts::new(members)
}

// 500 leaves of which none holds, so that `any` looks at them all.
fn five_hundred(leaf: impl Fn(usize) -> Value) -> RuleSetBody {
    let leaves: Vec<Value> = (0..500).map(leaf).collect();
    parse(set_of(json!({ "any": leaves }))).unwrap()
}

fn evaluates(what: &str, set: &RuleSetBody, facts: &Facts) -> Result<Option<String>, RuleError> {
    let day = date(2024, 1, 1);
    let explained = within_limit(&format!("{what}, explained"), || {
        explain(set, facts, day, None)
    });
    if let Ok((_, traces)) = explained {
        let bytes = serde_json::to_string(&traces).unwrap().len();
        assert!(
            bytes < 768 * 1024,
            "{what}: an explanation of {bytes} bytes"
        );
    }
    within_limit(what, || evaluate(set, facts, day, None)).map(|decision| decision.matched_rule)
}

fn items(item: &str) -> Value {
    let count = FACT_BYTES / (item.len() + 1);
    serde_json::from_str(&format!("[{}]", vec![item; count].join(","))).unwrap()
}

#[test]
fn a_hundred_levels_of_nesting_are_refused() {
    let leaf = json!({"fact": "f", "operator": "equal", "value": 1});
    let deep = (0..100).fold(leaf, |inner, _| json!({ "all": [inner] }));
    assert_eq!(
        within_limit("100 levels", || parse(set_of(deep.clone()))),
        Err(1)
    );
}

#[test]
fn ten_thousand_leaves_are_refused() {
    let leaf = json!({"fact": "f", "operator": "equal", "value": 1});
    let document = set_of(json!({ "all": vec![leaf; 10_000] }));
    assert_eq!(
        within_limit("10,000 leaves", || parse(document.clone())),
        Err(1)
    );
}

#[test]
fn ten_thousand_faulty_leaves_are_refused() {
    let leaf = json!({"fact": 1, "operator": "no", "value": {"fact": 2}, "path": "$..", "x": 1});
    let document = set_of(json!({ "all": vec![leaf; 10_000] }));
    let violations = within_limit("10,000 faulty leaves", || parse(document.clone()));
    assert_eq!(violations, Err(crate::base::error::MAX_VIOLATIONS));
}

#[test]
fn one_wildcard_in_every_leaf_is_walked_once() {
    let facts = facts(json!({ "f": { "list": items(r#"{"k":1}"#) } }));
    for operator in Operator::ALL {
        let set = five_hundred(|at| {
            let value = match operator {
                Operator::In | Operator::NotIn => json!({"fact": "f", "path": "$.list[*].k"}),
                _ => json!(at + 2),
            };
            json!({"fact": "f", "path": "$.list[*].k", "operator": operator, "value": value})
        });
        let matched = evaluates(&format!("wildcards, {operator:?}"), &set, &facts).unwrap();
        let holds = [
            Operator::NotEqual,
            Operator::NotIn,
            Operator::DoesNotContain,
        ];
        assert_eq!(matched.is_some(), holds.contains(&operator), "{operator:?}");
    }
}

#[test]
fn another_wildcard_in_every_leaf_is_too_much_work() {
    let facts = facts(json!({ "f": { "list": items(r#"{"k":1}"#) } }));
    let set = five_hundred(|at| {
        let path = format!("$.list[*].k{at}");
        json!({"fact": "f", "path": path, "operator": "contains", "value": 2})
    });
    let evaluated = evaluates("500 wildcards", &set, &facts);
    assert_eq!(evaluated, Err(RuleError::TooMuchWork));
}

#[test]
fn wildcards_within_wildcards_are_too_much_work() {
    let deep = (0..12).fold(items("0"), |inner, _| json!({ "a": inner }));
    let facts = facts(json!({ "f": deep }));
    let set = five_hundred(|at| {
        let step = |bit: usize| if (at >> bit) & 1 == 0 { ".a" } else { "[*]" };
        let path = format!("${}[*]", (0..12).map(step).collect::<String>());
        json!({"fact": "f", "path": path, "operator": "contains", "value": 2})
    });
    let evaluated = evaluates("wildcards within wildcards", &set, &facts);
    assert_eq!(evaluated, Err(RuleError::TooMuchWork));
}

#[test]
fn long_lists_are_indexed_once() {
    let facts = facts(json!({ "f": items("1"), "g": items(r#""t""#) }));
    let set = five_hundred(|at| json!({"fact": "f", "operator": "contains", "value": at + 2}));
    assert_eq!(evaluates("contains in a long list", &set, &facts), Ok(None));
    let set = five_hundred(|_| json!({"fact": "h", "operator": "in", "value": {"fact": "g"}}));
    assert_eq!(evaluates("in a long list", &set, &facts), Ok(None));
}

#[test]
fn long_texts_are_compared_by_their_length_first_and_are_else_too_much_work() {
    let text = "ab".repeat(FACT_BYTES / 2);
    let number = "1".repeat(FACT_BYTES);
    let part = format!("{}b", "a".repeat(1_000));
    let astral = "\u{1f600}".repeat(FACT_BYTES / 4);
    let facts = facts(json!({
        "text": text, "number": number, "longer": format!("{number}1"), "part": part,
        "in": {"text": text, "astral": astral},
    }));
    let value = |name: &str| json!({ "fact": name });
    let too_much = || Err(RuleError::TooMuchWork);
    for (what, leaf, expected) in [
        (
            "equal texts",
            json!({"fact": "number", "operator": "equal", "value": value("longer")}),
            Ok(None),
        ),
        (
            "part",
            json!({"fact": "part", "operator": "in", "value": value("text")}),
            too_much(),
        ),
        (
            "order",
            json!({"fact": "longer", "operator": "lessThan", "value": value("number")}),
            too_much(),
        ),
        (
            "number",
            json!({"fact": "number", "operator": "lessThan", "value": 1}),
            too_much(),
        ),
        (
            "length",
            json!({"fact": "in", "path": "$.astral.length", "operator": "equal", "value": 1}),
            too_much(),
        ),
        (
            "unit",
            json!({"fact": "in", "path": "$.text[300000]", "operator": "equal", "value": 1}),
            too_much(),
        ),
    ] {
        let evaluated = evaluates(what, &five_hundred(|_| leaf.clone()), &facts);
        assert_eq!(evaluated, expected, "{what}");
    }
}

#[test]
fn the_longest_explanation_leaves_room_in_an_answer_of_a_mebibyte() {
    let long = "\"".repeat(400);
    let path = format!("$.{}", "k".repeat(254));
    let name = |at: usize| format!("{long}{at}");
    let set = five_hundred(|at| {
        let value = json!({"fact": name(at), "path": path});
        json!({"fact": name(at), "path": path, "operator": "lessThan", "value": value})
    });
    let member = json!({ path.trim_start_matches("$."): "\\".repeat(400) });
    let facts = (0..500)
        .map(|at| (name(at), member.clone()))
        .collect::<Value>();
    let set = evaluates("the longest explanation", &set, &self::facts(facts));
    assert_eq!(set, Ok(None));
}

#[test]
fn every_operator_takes_every_kind_on_either_side() {
    let kinds = json!({
        "null": null, "true": true, "number": 1.5, "huge": 1e300, "text": "1.5", "blank": " ",
        "half": "😀", "list": [1, "a", null, [1], {}], "object": {"fact": 1}, "empty": {}, "none": [],
    });
    let Value::Object(members) = kinds.clone() else {
        panic!("not an object")
    };
    let paths = [
        None,
        Some("$"),
        Some("$[*]"),
        Some("$[0]"),
        Some("$.length"),
        Some("$.half[1]"),
    ];
    let names: Vec<&str> = members
        .keys()
        .map(String::as_str)
        .chain(["undefined", "all"])
        .collect();
    let facts = facts(json!({ "all": kinds }));
    let facts = {
        let mut all = members.clone();
        all.insert("all".into(), facts.get("all").cloned().unwrap_or_default());
        Facts::new(all)
    };
    for operator in Operator::ALL {
        for (fact, value) in names
            .iter()
            .flat_map(|fact| names.iter().map(move |v| (fact, v)))
        {
            for path in paths {
                let value = json!({"fact": value, "path": path});
                let leaf =
                    json!({"fact": fact, "path": path, "operator": operator, "value": value});
                let set = parse(set_of(json!({ "all": [leaf] }))).unwrap();
                assert!(explain(&set, &facts, date(2024, 1, 1), None).is_ok());
            }
        }
    }
}
