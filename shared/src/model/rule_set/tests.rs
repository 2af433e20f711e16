use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::samples::{any_json, any_rule_set};
use super::*;
use crate::base::error::MAX_VIOLATIONS;

fn object(document: Value) -> Map<String, Value> {
    match document {
        Value::Object(members) => members,
        other => panic!("{other} is no object"),
    }
}

fn parse(document: Value) -> Result<RuleSetBody, Violations> {
    RuleSetBody::parse(object(document))
}

fn with_conditions(conditions: Value) -> Value {
    json!({
        "name": "n",
        "rules": [{"name": "r", "matching_conditions": conditions, "expiration_options": years()}],
        "default_expiration_options": years(),
    })
}

fn years() -> Value {
    json!({"expiration_type": "calendar", "calendar_expiration_options": {}})
}

fn leaf() -> Value {
    json!({"fact": "f", "operator": "equal", "value": null})
}

fn nested(levels: usize) -> Value {
    (0..levels).fold(leaf(), |inner, _| json!({ "all": [inner] }))
}

fn pointers(document: Value) -> Vec<String> {
    match parse(document) {
        Ok(_) => Vec::new(),
        Err(violations) => Vec::from(violations)
            .into_iter()
            .map(|violation| violation.pointer)
            .collect(),
    }
}

#[test]
fn every_fault_is_named_at_its_own_place() {
    let document = json!({
        "name": "",
        "surprise": 1,
        "rules": [
            {"matching_conditions": {"all": [
                {"fact": "f", "operator": "matches", "value": 1, "path": "$..x", "priority": 1},
                {"any": [{"fact": 7, "operator": "equal"}]},
                {"fact": "f", "operator": "in", "value": {"fact": "g", "params": {}}},
                {"fact": "f", "operator": "notIn", "value": 5},
                {"any": [leaf()], "all": [leaf()]},
                {"any": [leaf()], "fact": "f"},
                {}, 5, {"all": {"a": 1}}
            ]}},
            "rule",
            {"name": "r", "matching_conditions": leaf(), "is_enabled": "yes", "expiration_options": {
                "expiration_type": "anniversary",
                "anniversary_expiration_options": {
                    "term_length": 12_001, "term_type": "months", "sell_for_next_month_after": 0,
                    "fixed_expiration_dates": [{"range_start": "02-30", "range_end": "1/1"}],
                },
                "calendar_expiration_options": 5,
                "grace_period": 36_501,
                "reinstatement_options": {"reinstatement_period": -1},
            }},
        ],
        "default_expiration_options": {
            "expiration_type": "calendar", "anniversary_expiration_options": {"anything": "goes"},
        },
        "is_active": "true",
    });
    assert_eq!(
        pointers(document),
        [
            "/name",
            "/rules/0/name",
            "/rules/0/matching_conditions/all/0/path",
            "/rules/0/matching_conditions/all/0/operator",
            "/rules/0/matching_conditions/all/0/priority",
            "/rules/0/matching_conditions/all/1/any/0/fact",
            "/rules/0/matching_conditions/all/1/any/0/value",
            "/rules/0/matching_conditions/all/2/value/params",
            "/rules/0/matching_conditions/all/3/value",
            "/rules/0/matching_conditions/all/4",
            "/rules/0/matching_conditions/all/5",
            "/rules/0/matching_conditions/all/6",
            "/rules/0/matching_conditions/all/7",
            "/rules/0/matching_conditions/all/8/all",
            "/rules/0/expiration_options",
            "/rules/1",
            "/rules/2/matching_conditions",
            "/rules/2/is_enabled",
            "/rules/2/expiration_options/anniversary_expiration_options/sell_for_next_month_after",
            "/rules/2/expiration_options/anniversary_expiration_options/term_length",
            "/rules/2/expiration_options/anniversary_expiration_options/fixed_expiration_dates/0\
             /range_start",
            "/rules/2/expiration_options/anniversary_expiration_options/fixed_expiration_dates/0\
             /expiration_date",
            "/rules/2/expiration_options/calendar_expiration_options",
            "/rules/2/expiration_options/grace_period",
            "/rules/2/expiration_options/reinstatement_options/reinstatement_period",
            "/default_expiration_options/calendar_expiration_options",
            "/is_active",
            "/surprise",
        ]
    );
}

#[test]
fn ten_levels_of_groups_pass_and_eleven_are_refused() {
    assert_eq!(
        pointers(with_conditions(nested(limits::MAX_GROUP_LEVELS))),
        [""; 0]
    );
    let at = format!(
        "/rules/0/matching_conditions{}",
        "/all/0".repeat(limits::MAX_GROUP_LEVELS)
    );
    assert_eq!(
        pointers(with_conditions(nested(limits::MAX_GROUP_LEVELS + 1))),
        [at]
    );
}

#[test]
fn five_hundred_leaves_pass_and_one_more_is_refused() {
    let with_leaves = |count| with_conditions(json!({ "any": vec![leaf(); count] }));
    assert_eq!(pointers(with_leaves(limits::MAX_LEAVES)), [""; 0]);
    assert_eq!(pointers(with_leaves(limits::MAX_LEAVES + 1)), ["/rules"]);
}

#[test]
fn a_hundred_rules_pass_and_one_more_is_refused() {
    let with_rules = |count| {
        let mut document = with_conditions(json!({ "all": [leaf()] }));
        let rule = document["rules"][0].clone();
        document["rules"] = json!(vec![rule; count]);
        document
    };
    assert_eq!(pointers(with_rules(limits::MAX_RULES)), [""; 0]);
    assert_eq!(pointers(with_rules(limits::MAX_RULES + 1)), ["/rules"]);
}

#[test]
fn the_longest_term_of_each_unit_passes_and_one_more_is_refused() {
    let with_term = |length: u32, unit: TermType| {
        json!({"name": "n", "default_expiration_options": {
            "expiration_type": "anniversary",
            "anniversary_expiration_options": {"term_length": length, "term_type": unit},
        }})
    };
    for unit in [
        TermType::Days,
        TermType::Weeks,
        TermType::Months,
        TermType::Quarters,
        TermType::Years,
    ] {
        assert_eq!(
            pointers(with_term(unit.longest(), unit)),
            [""; 0],
            "{unit:?}"
        );
        assert_eq!(
            pointers(with_term(unit.longest() + 1, unit)).len(),
            1,
            "{unit:?}"
        );
        assert_eq!(pointers(with_term(0, unit)).len(), 1, "{unit:?}");
    }
}

#[test]
fn an_empty_sibling_counts_as_absent_and_is_kept() {
    for conditions in [
        json!({"all": [leaf()], "any": {}}),
        json!({"any": [leaf()], "all": []}),
        json!({"all": [], "any": []}),
        json!({"all": [{"fact": "f", "operator": "equal", "value": 1, "all": {}, "any": []}]}),
    ] {
        let document = with_conditions(conditions);
        let body = parse(document.clone()).unwrap();
        assert_eq!(serde_json::to_value(&body).unwrap(), document);
    }
}

#[test]
fn null_counts_as_absent_but_not_as_a_value() {
    let document = json!({
        "name": "n",
        "rules": null,
        "is_active": null,
        "default_expiration_options": {
            "expiration_type": "calendar",
            "calendar_expiration_options": {"sell_for_next_year_after": null},
            "anniversary_expiration_options": null,
            "grace_period": null,
        },
    });
    let kept = json!({"name": "n", "default_expiration_options": years()});
    assert_eq!(
        serde_json::to_value(parse(document).unwrap()).unwrap(),
        kept
    );

    let group =
        json!({"all": [leaf()], "any": null, "fact": null, "operator": null, "value": null});
    let body = parse(with_conditions(group)).unwrap();
    let kept = with_conditions(json!({ "all": [leaf()] }));
    assert_eq!(serde_json::to_value(body).unwrap(), kept);
}

#[test]
fn a_root_without_a_group_is_refused() {
    for conditions in [
        json!({}),
        json!({"all": null}),
        leaf(),
        json!({"all": {}}),
        json!([]),
    ] {
        assert_eq!(
            pointers(with_conditions(conditions.clone())).len(),
            1,
            "{conditions}"
        );
    }
}

#[test]
fn faults_beyond_the_limit_are_not_named() {
    let document = with_conditions(json!({ "all": vec![1; MAX_VIOLATIONS + 1] }));
    assert_eq!(pointers(document).len(), MAX_VIOLATIONS);
}

proptest! {
    #[test]
    fn a_rule_set_is_written_back_byte_for_byte(document in any_rule_set()) {
        let body = RuleSetBody::parse(document.clone()).unwrap();
        let mut written = serde_json::to_value(&body).unwrap();
        let mut sent = Value::Object(document);
        // The order of members is no part of a document, and is lost in the table.
        written.sort_all_objects();
        sent.sort_all_objects();
        prop_assert_eq!(written.to_string(), sent.to_string());
    }

    #[test]
    fn reading_any_document_ends_in_a_value_or_in_violations(
        mut document in any_rule_set(),
        part in any_json(),
        place in prop::sample::select(&["/name", "/rules", "/rules/0", "/is_active",
            "/rules/0/matching_conditions", "/rules/0/matching_conditions/all/0",
            "/rules/0/expiration_options", "/default_expiration_options"][..]),
    ) {
        let mut whole = Value::Object(std::mem::take(&mut document));
        if let Some(at) = whole.pointer_mut(place) {
            *at = part;
        }
        if let Err(violations) = parse(whole) {
            prop_assert!(!violations.named().is_empty());
        }
    }
}
