//! Random rule sets and documents for the property tests.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Any document of a few levels.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (-3_i64..40).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(json!(1.5)),
        "[a-c]{0,2}|[0-9]{1,2}|\\PC{0,4}".prop_map(Value::String),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::btree_map("[a-c]|length|\\PC", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Facts named `a` to `d`, some of them undefined.
pub(crate) fn any_facts() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::btree_map("[a-d]", any_json(), 0..5)
        .prop_map(|members| members.into_iter().collect())
}

/// A rule set that is valid.
pub(crate) fn any_rule_set() -> impl Strategy<Value = Map<String, Value>> {
    let rules = prop::collection::vec(any_rule(), 0..4);
    let parts = (
        "[a-z]{1,8}",
        rules,
        any_options(),
        prop::option::of(any::<bool>()),
    );
    parts.prop_map(|(name, rules, options, is_active)| {
        object([
            ("name", Some(json!(name))),
            ("rules", Some(json!(rules))),
            ("default_expiration_options", Some(options)),
            ("is_active", is_active.map(Value::from)),
        ])
    })
}

/// A rule that is valid.
pub(crate) fn any_rule() -> impl Strategy<Value = Value> {
    let parts = (
        "[a-z]{1,8}",
        any_group(),
        prop::option::of(any::<bool>()),
        any_options(),
    );
    parts.prop_map(|(name, conditions, is_enabled, options)| {
        let rule = object([
            ("name", Some(json!(name))),
            ("matching_conditions", Some(conditions)),
            ("is_enabled", is_enabled.map(Value::from)),
            ("expiration_options", Some(options)),
        ]);
        Value::Object(rule)
    })
}

/// Expiration options that are valid, with any of their optional members left out.
pub(crate) fn any_options() -> impl Strategy<Value = Value> {
    let term = prop_oneof![any_calendar(), any_anniversary()];
    let days = || prop::option::of(0_u32..=36_500);
    let flag = || prop::option::of(any::<bool>());
    (term, days(), flag(), prop::option::of((days(), flag()))).prop_map(
        |(mut options, grace, allowed, reinstatement)| {
            let reinstatement = reinstatement.map(|(days, pricing)| {
                let pricing_name = "give_renewal_pricing_during_reinstatement_period";
                Value::Object(object([
                    ("reinstatement_period", days.map(Value::from)),
                    (pricing_name, pricing.map(Value::from)),
                ]))
            });
            options.extend(object([
                ("grace_period", grace.map(Value::from)),
                ("allow_reinstatement", allowed.map(Value::from)),
                ("reinstatement_options", reinstatement),
            ]));
            Value::Object(options)
        },
    )
}

fn any_calendar() -> impl Strategy<Value = Map<String, Value>> {
    let month = prop::option::of(1_u32..=12);
    let cut_off = prop::option::of(any_month_day());
    let years = prop::option::of(1_u32..=1_000);
    (month, cut_off, years, any_unused()).prop_map(|(month, cut_off, years, unused)| {
        let options = object([
            ("start_of_calendar_year", month.map(Value::from)),
            ("sell_for_next_year_after", cut_off.map(Value::from)),
            ("number_of_years", years.map(Value::from)),
        ]);
        object([
            ("expiration_type", Some(json!("calendar"))),
            ("calendar_expiration_options", Some(Value::Object(options))),
            ("anniversary_expiration_options", unused),
        ])
    })
}

fn any_anniversary() -> impl Strategy<Value = Map<String, Value>> {
    let day = prop::option::of(1_u32..=31);
    let flag = || prop::option::of(any::<bool>());
    let units = ["days", "weeks", "months", "quarters", "years"];
    let term = (1_u32..=1_000, prop::sample::select(units.to_vec()));
    let dates = prop::option::of(prop::collection::vec(any_fixed_date(), 0..3));
    (day, flag(), term, flag(), dates, any_unused()).prop_map(
        |(day, mid_month, (length, unit), enabled, dates, unused)| {
            let options = object([
                ("sell_for_next_month_after", day.map(Value::from)),
                ("allow_mid_month_expirations", mid_month.map(Value::from)),
                ("term_length", Some(json!(length))),
                ("term_type", Some(json!(unit))),
                ("enable_fixed_expiration_dates", enabled.map(Value::from)),
                ("fixed_expiration_dates", dates.map(Value::from)),
            ]);
            object([
                ("expiration_type", Some(json!("anniversary"))),
                (
                    "anniversary_expiration_options",
                    Some(Value::Object(options)),
                ),
                ("calendar_expiration_options", unused),
            ])
        },
    )
}

// What is not selected may hold anything.
fn any_unused() -> impl Strategy<Value = Option<Value>> {
    let members = prop::collection::btree_map("[a-z_]{1,8}", any_json(), 0..3);
    prop::option::of(members.prop_map(|members| Value::Object(members.into_iter().collect())))
}

fn any_fixed_date() -> impl Strategy<Value = Value> {
    (any_month_day(), any_month_day(), any_month_day()).prop_map(
        |(start, end, day)| json!({"range_start": start, "range_end": end, "expiration_date": day}),
    )
}

fn any_month_day() -> impl Strategy<Value = String> {
    (1_u32..=12, 1_u32..=28, 0..4).prop_map(|(month, day, spelling)| match spelling {
        0 => format!("{month:02}-{day:02}"),
        1 => format!("--{month:02}-{day:02}"),
        2 => format!("{month}/{day}"),
        _ => format!("2023-{month:02}-{day:02}T10:00:00Z"),
    })
}

/// A group that is valid, with and without an empty sibling.
pub(crate) fn any_group() -> impl Strategy<Value = Value> {
    let leaf = any_leaf();
    let tree = leaf.prop_recursive(4, 16, 3, |inner| {
        group_of(prop::collection::vec(inner, 1..4))
    });
    group_of(prop::collection::vec(tree, 0..4))
}

fn group_of(members: impl Strategy<Value = Vec<Value>>) -> impl Strategy<Value = Value> {
    (members, any::<bool>(), 0..6).prop_map(|(members, is_all, sibling)| {
        let (own, other) = if is_all {
            ("all", "any")
        } else {
            ("any", "all")
        };
        let sibling = match sibling {
            0 => Some(json!([])),
            1 if !members.is_empty() => Some(json!({})),
            _ => None,
        };
        Value::Object(object([(own, Some(json!(members))), (other, sibling)]))
    })
}

fn any_leaf() -> impl Strategy<Value = Value> {
    let operators = [
        "equal",
        "notEqual",
        "contains",
        "doesNotContain",
        "lessThan",
        "lessThanInclusive",
        "greaterThan",
        "greaterThanInclusive",
        "in",
        "notIn",
    ];
    let operator = prop::sample::select(operators.to_vec());
    (
        "[a-d]",
        prop::option::of(any_path()),
        operator,
        any_operand(),
        any_json(),
    )
        .prop_map(|(fact, path, operator, operand, member)| {
            let is_membership = operator == "in" || operator == "notIn";
            let has_members =
                operand.is_array() || operand.is_string() || operand.get("fact").is_some();
            let value = if is_membership && !has_members {
                json!([member])
            } else {
                operand
            };
            Value::Object(object([
                ("fact", Some(json!(fact))),
                ("path", path.map(Value::from)),
                ("operator", Some(json!(operator))),
                ("value", Some(value)),
            ]))
        })
}

fn any_operand() -> impl Strategy<Value = Value> {
    let reference = ("[a-d]", prop::option::of(any_path())).prop_map(|(fact, path)| {
        let members = [("fact", Some(json!(fact))), ("path", path.map(Value::from))];
        Value::Object(object(members))
    });
    prop_oneof![3 => any_json(), 1 => reference]
}

fn any_path() -> impl Strategy<Value = String> {
    let steps = [".a", ".b", "['c']", "[0]", "[1]", "[*]", ".length"];
    let steps = prop::collection::vec(prop::sample::select(steps.to_vec()), 0..4);
    steps.prop_map(|steps| format!("${}", steps.concat()))
}

fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Map<String, Value> {
    let present = members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    present.collect()
}
