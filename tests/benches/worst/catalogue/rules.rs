//! Rule sets, and facts that make them slow.

use integration_tests::api::Request;

use crate::ground::Ground;
use crate::shape::{Shape, shapes};
use crate::text::{
    BODY, array, array_of, filled, fullest, largest_credit_of, nested, object, operations,
    question, rule, rule_set, rule_set_of,
};

pub(super) fn shapes() -> Vec<Shape> {
    shapes![
        five_hundred_wildcards_over_the_most_objects,
        five_hundred_wildcards_in_wildcards_over_the_most_zeros,
        one_wildcard_in_five_hundred_leaves,
        five_hundred_wildcards_over_a_credit_that_is_created,
        a_hundred_rules_of_five_leaves_over_24_000_facts,
        five_hundred_leaves_of_the_longest_explanation,
        five_hundred_looks_for_a_long_text_in_a_longer_one,
        five_hundred_comparisons_of_long_numbers_as_text,
        five_hundred_looks_into_a_long_list,
        five_hundred_lengths_of_a_text_of_emoji,
        five_hundred_equal_texts_of_half_a_mebibyte,
        ten_thousand_leaves_created,
        ten_thousand_faulty_leaves_created,
        a_hundred_levels_of_groups_created,
        ten_thousand_rules_created,
        a_hundred_thousand_bad_rules_created,
        five_hundred_leaves_with_long_lists_created,
        a_path_of_a_mebibyte_created,
        a_thousand_moves_on_the_largest_rule_set,
        the_largest_rule_set_evaluated,
    ]
}

fn leaves(count: usize, leaf: impl Fn(usize) -> String) -> String {
    rule_set(&format!(r#"{{"any":{}}}"#, array(count, leaf)))
}

// The body of the evaluation is written around the facts later.
fn fullest_facts(frame: impl Fn(&str) -> String, item: &str) -> String {
    let around = |list: &str| question(&frame(list));
    let (start, end) = (question("").len() - 1, 1);
    let body = fullest(around, item);
    body[start..body.len() - end].to_owned()
}

async fn asked(ground: Ground, set: String, facts: String) -> Request {
    let id = ground.stored_rule_set(set).await;
    ground.evaluate(&id, question(&facts))
}

fn other_wildcards() -> String {
    leaves(500, |at| {
        format!(r#"{{"fact":"f","path":"$.list[*].k{at}","operator":"contains","value":2}}"#)
    })
}

async fn five_hundred_wildcards_over_the_most_objects(ground: Ground) -> Request {
    let list = |items: &str| format!(r#"{{"f":{{"list":{items}}}}}"#);
    asked(ground, other_wildcards(), fullest_facts(list, r#"{"k":1}"#)).await
}

async fn five_hundred_wildcards_in_wildcards_over_the_most_zeros(ground: Ground) -> Request {
    let set = leaves(500, |at| {
        let step = |bit: usize| if (at >> bit) & 1 == 0 { ".a" } else { "[*]" };
        let path: String = (0..12).map(step).collect();
        format!(r#"{{"fact":"f","path":"${path}[*]","operator":"contains","value":2}}"#)
    });
    let facts = fullest_facts(
        |zeros| format!(r#"{{"f":{}}}"#, nested(12, "a", zeros)),
        "0",
    );
    asked(ground, set, facts).await
}

async fn one_wildcard_in_five_hundred_leaves(ground: Ground) -> Request {
    let set = leaves(500, |at| {
        format!(r#"{{"fact":"f","path":"$.list[*].k","operator":"contains","value":{at}.5}}"#)
    });
    let list = |items: &str| format!(r#"{{"f":{{"list":{items}}}}}"#);
    asked(ground, set, fullest_facts(list, r#"{"k":1}"#)).await
}

async fn five_hundred_wildcards_over_a_credit_that_is_created(ground: Ground) -> Request {
    let set = leaves(500, |at| {
        let path = format!("$[*].table_value[*].v[*].k{at}");
        format!(
            r#"{{"fact":"custom_field_values","path":"{path}","operator":"contains","value":2}}"#
        )
    });
    let id = ground.stored_rule_set(set).await;
    let credit = largest_credit_of(r#"{"k":1}"#, 14);
    let credit = credit.replace(r#""expiration_date":"2030-12-31""#, r#""number":1"#);
    let directive = format!(r#"{{"sys_directive":"expiration_rule_set:{id}","#);
    ground.create(credit.replacen('{', &directive, 1))
}

async fn a_hundred_rules_of_five_leaves_over_24_000_facts(ground: Ground) -> Request {
    let rules = array(100, |rule_at| {
        let leaf = |at: usize| {
            format!(
                r#"{{"fact":"{}","operator":"equal","value":1}}"#,
                5 * rule_at + at
            )
        };
        rule(
            &rule_at.to_string(),
            &format!(r#"{{"any":{}}}"#, array(5, leaf)),
        )
    });
    asked(
        ground,
        rule_set_of(&rules),
        object(24_000, |at| format!("\"{at}\":0")),
    )
    .await
}

async fn five_hundred_leaves_of_the_longest_explanation(ground: Ground) -> Request {
    let long = r#"\""#.repeat(100);
    let path = format!("$.{}", "k".repeat(60));
    let set = leaves(500, |at| {
        let there = format!(r#""fact":"{long}{at}","path":"{path}""#);
        format!(r#"{{{there},"operator":"lessThan","value":{{{there}}}}}"#)
    });
    let member = format!(r#"{{"{}":"{}"}}"#, "k".repeat(60), r"\\".repeat(400));
    asked(
        ground,
        set,
        object(500, |at| format!("\"{long}{at}\":{member}")),
    )
    .await
}

async fn five_hundred(ground: Ground, leaf: &str, facts: String) -> Request {
    asked(ground, leaves(500, |_| leaf.to_owned()), facts).await
}

async fn five_hundred_looks_for_a_long_text_in_a_longer_one(ground: Ground) -> Request {
    let (text, part) = ("a".repeat(900_000), format!("{}b", "a".repeat(100_000)));
    let facts = format!(r#"{{"text":"{text}","part":"{part}"}}"#);
    five_hundred(
        ground,
        r#"{"fact":"part","operator":"in","value":{"fact":"text"}}"#,
        facts,
    )
    .await
}

async fn five_hundred_comparisons_of_long_numbers_as_text(ground: Ground) -> Request {
    let facts = format!(r#"{{"f":"{}"}}"#, "1".repeat(1_000_000));
    five_hundred(
        ground,
        r#"{"fact":"f","operator":"lessThan","value":1}"#,
        facts,
    )
    .await
}

async fn five_hundred_looks_into_a_long_list(ground: Ground) -> Request {
    let facts = format!(r#"{{"f":{}}}"#, array(24_000, |at| at.to_string()));
    five_hundred(
        ground,
        r#"{"fact":"f","operator":"contains","value":-1}"#,
        facts,
    )
    .await
}

async fn five_hundred_lengths_of_a_text_of_emoji(ground: Ground) -> Request {
    let facts = format!(r#"{{"f":{{"t":"{}"}}}}"#, "\u{1f600}".repeat(250_000));
    five_hundred(
        ground,
        r#"{"fact":"f","path":"$.t.length","operator":"equal","value":1}"#,
        facts,
    )
    .await
}

async fn five_hundred_equal_texts_of_half_a_mebibyte(ground: Ground) -> Request {
    let text = "x".repeat(500_000);
    let facts = format!(r#"{{"f":"{text}1","g":"{text}2"}}"#);
    five_hundred(
        ground,
        r#"{"fact":"f","operator":"equal","value":{"fact":"g"}}"#,
        facts,
    )
    .await
}

async fn ten_thousand_leaves_created(ground: Ground) -> Request {
    ground.create_rule_set(leaves(10_000, |_| {
        r#"{"fact":"f","operator":"equal","value":1}"#.to_owned()
    }))
}

async fn ten_thousand_faulty_leaves_created(ground: Ground) -> Request {
    let leaf = r#"{"fact":1,"operator":"no","value":{"fact":2},"path":"$..","x":1}"#;
    ground.create_rule_set(leaves(10_000, |_| leaf.to_owned()))
}

async fn a_hundred_levels_of_groups_created(ground: Ground) -> Request {
    let deep = format!(r#"{}[]{}"#, r#"{"all":["#.repeat(60), "]}".repeat(60));
    ground.create_rule_set(rule_set(&deep))
}

async fn ten_thousand_rules_created(ground: Ground) -> Request {
    let one = rule("r", r#"{"all":[]}"#);
    ground.create_rule_set(filled(BODY, rule_set_of, &one))
}

async fn a_hundred_thousand_bad_rules_created(ground: Ground) -> Request {
    ground.create_rule_set(filled(BODY, rule_set_of, "{}"))
}

async fn five_hundred_leaves_with_long_lists_created(ground: Ground) -> Request {
    let list = array_of("0", 1_000);
    ground.create_rule_set(leaves(500, |_| {
        format!(r#"{{"fact":"f","operator":"in","value":{list}}}"#)
    }))
}

async fn a_path_of_a_mebibyte_created(ground: Ground) -> Request {
    let path = ".a".repeat(500_000);
    ground.create_rule_set(leaves(1, |_| {
        format!(r#"{{"fact":"f","operator":"equal","value":1,"path":"${path}"}}"#)
    }))
}

fn largest_rule_set() -> String {
    let list = array_of(r#""abcdefghijklmnopqrstuvwxyzabc""#, 19);
    leaves(500, |_| {
        format!(r#"{{"fact":"f","operator":"in","value":{list}}}"#)
    })
}

async fn a_thousand_moves_on_the_largest_rule_set(ground: Ground) -> Request {
    let id = ground.stored_rule_set(largest_rule_set()).await;
    ground.patch_rule_set(
        &id,
        operations(1_000, r#"{"op":"move","from":"/rules","path":"/rules"}"#),
    )
}

async fn the_largest_rule_set_evaluated(ground: Ground) -> Request {
    let id = ground.stored_rule_set(largest_rule_set()).await;
    ground.evaluate(
        &id,
        fullest(|list| question(&format!(r#"{{"f":1,"g":{list}}}"#)), "0"),
    )
}
