use jiff::civil::Date;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::model::rule_set::RuleSetBody;
use crate::model::rule_set::samples::{any_facts, any_options, any_rule, any_rule_set};

fn any_date() -> impl Strategy<Value = Date> {
    let date = |year, month, day| Date::new(year, month, day).unwrap();
    prop_oneof![
        4 => (2000_i16..2100, 1_i8..=12, 1_i8..=28).prop_map(move |(y, m, d)| date(y, m, d)),
        1 => (9990_i16..=9999, 1_i8..=12).prop_map(move |(y, m)| date(y, m, 1).last_of_month()),
        1 => (1_i16..=3, 1_i8..=12, 1_i8..=28).prop_map(move |(y, m, d)| date(y, m, d)),
        1 => prop::sample::select(vec![Date::MAX, date(1, 1, 1), date(2024, 2, 29)]),
    ]
}

fn parse(document: Map<String, Value>) -> RuleSetBody {
    RuleSetBody::parse(document).unwrap()
}

fn by_default(options: Value) -> RuleSetBody {
    let Value::Object(document) = json!({"name": "n", "default_expiration_options": options})
    else {
        panic!("not an object")
    };
    parse(document)
}

proptest! {
    #[test]
    fn evaluation_is_total_and_its_explanation_decides_the_same(
        document in any_rule_set(),
        facts in any_facts(),
        date in any_date(),
        join_date in prop::option::of(any_date()),
    ) {
        let (set, facts) = (parse(document), Facts::new(facts));
        let decided = evaluate(&set, &facts, date, join_date);
        let explained = explain(&set, &facts, date, join_date);
        prop_assert_eq!(&decided, &explained.map(|(decision, _)| decision));
        prop_assert_eq!(decided.is_err(), !set.is_active());
    }

    #[test]
    fn a_term_never_ends_before_it_starts(
        options in any_options(),
        date in any_date(),
        join_date in prop::option::of(any_date()),
    ) {
        let decision = evaluate(&by_default(options), &Facts::default(), date, join_date).unwrap();
        prop_assert!(decision.term_start <= decision.expiration_date);
        prop_assert!(decision.expiration_date <= decision.grace_period_ends());
        prop_assert!(decision.term_start.year() >= 1);
    }

    #[test]
    fn a_later_rule_never_changes_what_an_earlier_match_decides(
        mut document in any_rule_set(),
        later in any_rule(),
        facts in any_facts(),
        date in any_date(),
    ) {
        document.insert("is_active".into(), json!(true));
        let facts = Facts::new(facts);
        let before = evaluate(&parse(document.clone()), &facts, date, None).unwrap();
        document.get_mut("rules").and_then(Value::as_array_mut).unwrap().push(later);
        let after = evaluate(&parse(document), &facts, date, None).unwrap();
        prop_assert!(before.matched_rule.is_none() || before == after);
    }

    #[test]
    fn standing_only_ever_moves_forward(
        options in any_options(),
        date in any_date(),
        days in prop::collection::vec(any_date(), 2..6),
    ) {
        let decision = evaluate(&by_default(options), &Facts::default(), date, None).unwrap();
        let mut days = days;
        days.sort_unstable();
        let ranks: Vec<_> = days.into_iter().map(|day| decision.standing(day) as u8).collect();
        prop_assert!(ranks.is_sorted());
    }
}
