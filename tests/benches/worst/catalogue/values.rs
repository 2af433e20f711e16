//! Many values, and values that are hard to read.

use integration_tests::api::Request;

use crate::ground::Ground;
use crate::shape::{Shape, shapes};
use crate::text::{
    BODY, array, array_of, credit_around, credit_with, filled, fullest, question, rule_set,
};

pub(super) fn shapes() -> Vec<Shape> {
    let mut shapes = shapes![
        a_number_of_a_mebibyte,
        a_number_with_an_exponent_of_a_mebibyte,
        a_fraction_of_a_mebibyte,
        a_hundred_thousand_bad_usages,
        a_thousand_usages_of_one_application,
        six_thousand_different_usages,
        the_most_bad_usages,
        a_hundred_times_a_hundred_values_searched,
        a_hundred_thousand_ids_searched,
        three_hundred_thousand_bad_ids_searched,
        an_exclusive_start_key_of_a_mebibyte_in_a_body,
        a_note_of_a_mebibyte_of_null_escapes,
        lone_surrogates_filling_a_body,
        pairs_of_surrogates_filling_a_body,
        a_date_of_a_mebibyte,
    ];
    shapes.extend(FLAT.map(|(what, item)| {
        Shape::new(format!("a mebibyte of {what} searched"), move |ground| {
            searched(ground, item)
        })
    }));
    shapes.extend(FLAT.map(|(what, item)| {
        Shape::new(format!("a mebibyte of {what} as a fact"), move |ground| {
            evaluated(ground, item)
        })
    }));
    shapes.extend(FLAT.map(|(what, item)| {
        Shape::new(
            format!("a mebibyte of {what} in a cell of a credit"),
            move |ground| created(ground, item),
        )
    }));
    shapes.extend(FLAT.map(|(what, item)| {
        Shape::new(
            format!("the most {what} searched"),
            move |ground: Ground| async move {
                ground.search(fullest(|list| format!(r#"{{"ids":{list}}}"#), item))
            },
        )
    }));
    shapes.extend(FLAT.map(|(what, item)| {
        Shape::new(format!("the most {what} as a fact"), move |ground| {
            most_evaluated(ground, item)
        })
    }));
    shapes.extend(FLAT.map(|(what, item)| {
        Shape::new(
            format!("the most {what} in a cell of a credit"),
            move |ground: Ground| async move { ground.create(fullest(credit_around, item)) },
        )
    }));
    shapes
}

/// Values that fill a body.
const FLAT: [(&str, &str); 18] = [
    ("zeros", "0"),
    ("numbers of 7 digits", "-1.50e+3"),
    ("numbers of 28 digits", "1234567890123456789012345.678"),
    ("numbers of 29 digits", "12345678901234567890123456789"),
    ("numbers with huge exponents", "1e999999999"),
    ("numbers with tiny exponents", "1e-27"),
    ("zeros with huge exponents", "0e999999999"),
    (
        "numbers with zeros at the end",
        "1.000000000000000000000000000000",
    ),
    ("nulls", "null"),
    ("booleans", "true"),
    ("empty strings", r#""""#),
    ("strings of one letter", r#""a""#),
    ("escaped strings", r#""\u0000""#),
    ("strings of emoji", r#""\ud83d\ude00""#),
    ("empty lists", "[]"),
    ("lists in lists", "[[[[0]]]]"),
    ("empty objects", "{}"),
    ("objects of one member", r#"{"k":1}"#),
];

async fn searched(ground: Ground, item: &str) -> Request {
    ground.search(filled(BODY, |list| format!(r#"{{"ids":{list}}}"#), item))
}

async fn most_evaluated(ground: Ground, item: &str) -> Request {
    let id = stored_rule_set(&ground).await;
    ground.evaluate(
        &id,
        fullest(|list| question(&format!(r#"{{"f":{list}}}"#)), item),
    )
}

async fn stored_rule_set(ground: &Ground) -> String {
    let leaf = r#"{"fact":"f","operator":"contains","value":"none"}"#;
    ground
        .stored_rule_set(rule_set(&format!(r#"{{"any":[{leaf}]}}"#)))
        .await
}

async fn evaluated(ground: Ground, item: &str) -> Request {
    let id = stored_rule_set(&ground).await;
    let frame = |list: &str| question(&format!(r#"{{"f":{list}}}"#));
    ground.evaluate(&id, filled(BODY, frame, item))
}

async fn created(ground: Ground, item: &str) -> Request {
    ground.create(filled(BODY, credit_around, item))
}

async fn a_number_of_a_mebibyte(ground: Ground) -> Request {
    ground.create(credit_around(&"7".repeat(BODY - 1_000)))
}

async fn a_number_with_an_exponent_of_a_mebibyte(ground: Ground) -> Request {
    ground.create(credit_around(&format!("1e{}", "7".repeat(BODY - 1_000))))
}

async fn a_fraction_of_a_mebibyte(ground: Ground) -> Request {
    ground.create(credit_around(&format!("0.{}1", "0".repeat(BODY - 1_000))))
}

async fn a_hundred_thousand_bad_usages(ground: Ground) -> Request {
    let list = |items: &str| credit_with("usages", items);
    ground.create(filled(BODY, list, r#"{"a":0}"#))
}

async fn a_thousand_usages_of_one_application(ground: Ground) -> Request {
    let usage = r#"{"application_id":"a","quantity":0.01}"#;
    ground.create(filled(BODY, |items| credit_with("usages", items), usage))
}

async fn the_most_bad_usages(ground: Ground) -> Request {
    ground.create(fullest(|items| credit_with("usages", items), r#"{"a":0}"#))
}

async fn six_thousand_different_usages(ground: Ground) -> Request {
    let usages = array(6_000, |at| {
        format!(r#"{{"application_id":"{at}","quantity":0.0000000001}}"#)
    });
    ground.create(credit_with("usages", &usages))
}

async fn a_hundred_times_a_hundred_values_searched(ground: Ground) -> Request {
    ground.stored_times(100, &credit_around("0")).await;
    let lists = ["ids", "type_id", "contact_id", "status"].map(|name| {
        let values = array(100, |at| format!("\"{at}{}\"", "x".repeat(200)));
        format!("\"{name}\":{values}")
    });
    ground.search(format!("{{{}}}", lists.join(",")))
}

async fn a_hundred_thousand_ids_searched(ground: Ground) -> Request {
    let ids = array(100_000, |at| format!("\"{at}\""));
    ground.search(format!(r#"{{"ids":{ids}}}"#))
}

async fn three_hundred_thousand_bad_ids_searched(ground: Ground) -> Request {
    let list = |items: &str| format!(r#"{{"contact_id":{items}}}"#);
    ground.search(filled(BODY, list, r#""""#))
}

async fn an_exclusive_start_key_of_a_mebibyte_in_a_body(ground: Ground) -> Request {
    let key = "A".repeat(BODY - 100);
    ground.search(format!(r#"{{"exclusiveStartKey":"1.{key}"}}"#))
}

async fn a_note_of_a_mebibyte_of_null_escapes(ground: Ground) -> Request {
    let note = r"\u0000".repeat((BODY - 1_000) / 6);
    ground.create(credit_with("notes", &format!("\"{note}\"")))
}

async fn lone_surrogates_filling_a_body(ground: Ground) -> Request {
    ground.search(array_of(r#""\ud800""#, BODY / 9))
}

async fn pairs_of_surrogates_filling_a_body(ground: Ground) -> Request {
    let note = r"\ud83d\ude00".repeat((BODY - 1_000) / 12);
    ground.create(credit_with("notes", &format!("\"{note}\"")))
}

async fn a_date_of_a_mebibyte(ground: Ground) -> Request {
    let date = format!("\"2026-03-14T{}\"", "0".repeat(BODY - 1_000));
    ground.create(credit_with("date", &date))
}
