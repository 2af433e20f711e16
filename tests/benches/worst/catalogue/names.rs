//! Long names, many names, and pointers that contain them.

use integration_tests::api::Request;

use crate::ground::Ground;
use crate::shape::{Shape, shapes};
use crate::text::{
    BATCH, BODY, array_of, batch, credit_around, credit_with, filled, nested, object, question,
    rule_set,
};

pub(super) fn shapes() -> Vec<Shape> {
    shapes![
        eight_names_of_60_000_tildes_over_zeros_searched,
        eight_names_of_60_000_letters_over_zeros_searched,
        eight_names_of_60_000_slashes_over_zeros_searched,
        eight_names_of_60_000_tildes_over_zeros_evaluated,
        eight_names_of_60_000_tildes_over_zeros_created,
        eight_names_of_60_000_tildes_over_zeros_as_a_patch_value,
        eight_names_of_60_000_tildes_over_zeros_in_a_batch_operation_of_1_400_000_bytes,
        eight_names_of_60_000_tildes_over_zeros_in_a_full_batch,
        fifteen_names_of_50_000_tildes_over_the_most_zeros_searched,
        fifteen_names_of_50_000_tildes_over_the_most_zeros_evaluated,
        fifteen_names_of_50_000_tildes_over_the_most_bad_numbers_searched,
        five_operations_of_ten_names_of_50_000_tildes_over_the_most_zeros_in_a_batch,
        the_most_names_searched,
        the_most_names_evaluated,
        the_most_names_in_a_cell_of_a_credit,
        the_most_unknown_members_of_a_credit,
        one_name_of_65_000_letters_over_zeros_searched,
        fifteen_names_of_30_000_letters_over_objects_searched,
        eight_long_names_over_a_hundred_bad_numbers,
        eight_long_names_over_levels_too_deep,
        ninety_thousand_names_searched,
        ninety_thousand_names_evaluated,
        ninety_thousand_names_in_a_cell_of_a_credit,
        sixty_thousand_unknown_members_of_a_credit,
        empty_names_filling_a_body,
        one_name_repeated_to_a_mebibyte,
        one_name_of_a_mebibyte,
        escaped_names_filling_a_body,
        names_that_are_nearly_the_reserved_one,
    ]
}

fn eight(letter: &str, limit: usize) -> String {
    filled(limit, |zeros| nested(8, &letter.repeat(60_000), zeros), "0")
}

async fn eight_names_of_60_000_tildes_over_zeros_searched(ground: Ground) -> Request {
    ground.search(eight("~", BODY))
}

async fn eight_names_of_60_000_letters_over_zeros_searched(ground: Ground) -> Request {
    ground.search(eight("n", BODY))
}

async fn eight_names_of_60_000_slashes_over_zeros_searched(ground: Ground) -> Request {
    ground.search(eight("/", BODY))
}

async fn eight_names_of_60_000_tildes_over_zeros_evaluated(ground: Ground) -> Request {
    let id = ground.stored_rule_set(rule_set(r#"{"all":[]}"#)).await;
    ground.evaluate(&id, question(&eight("~", BODY - 100)))
}

async fn eight_names_of_60_000_tildes_over_zeros_created(ground: Ground) -> Request {
    ground.create(credit_around(&eight("~", BODY - 1_000)))
}

async fn eight_names_of_60_000_tildes_over_zeros_as_a_patch_value(ground: Ground) -> Request {
    let id = ground.stored(credit_around("0")).await;
    let value = eight("~", BODY - 1_000);
    ground.patch(
        &id,
        format!(r#"[{{"op":"add","path":"/notes","value":{value}}}]"#),
    )
}

fn batch_around(value: &str) -> String {
    let object = credit_around(value);
    format!(r#"{{"operations":[{{"operation":"create","object":{object}}}]}}"#)
}

async fn eight_names_of_60_000_tildes_over_zeros_in_a_batch_operation_of_1_400_000_bytes(
    ground: Ground,
) -> Request {
    ground.batch(batch_around(&eight("~", 1_400_000)))
}

async fn eight_names_of_60_000_tildes_over_zeros_in_a_full_batch(ground: Ground) -> Request {
    ground.batch(batch_around(&eight("~", BATCH - 1_000)))
}

async fn fifteen_names_of_50_000_tildes_over_the_most_zeros_searched(ground: Ground) -> Request {
    ground.search(nested(15, &"~".repeat(50_000), &array_of("0", 24_000)))
}

async fn fifteen_names_of_50_000_tildes_over_the_most_zeros_evaluated(ground: Ground) -> Request {
    let id = ground.stored_rule_set(rule_set(r#"{"all":[]}"#)).await;
    ground.evaluate(
        &id,
        question(&nested(15, &"~".repeat(50_000), &array_of("0", 24_000))),
    )
}

async fn fifteen_names_of_50_000_tildes_over_the_most_bad_numbers_searched(
    ground: Ground,
) -> Request {
    ground.search(nested(15, &"~".repeat(50_000), &array_of("1e99", 24_000)))
}

async fn five_operations_of_ten_names_of_50_000_tildes_over_the_most_zeros_in_a_batch(
    ground: Ground,
) -> Request {
    let value = nested(10, &"~".repeat(50_000), &array_of("0", 24_000));
    let create = format!(
        r#"{{"operation":"create","object":{}}}"#,
        credit_around(&value)
    );
    ground.batch(batch(5, &create))
}

fn most_names() -> String {
    object(24_000, |at| format!("\"{at}{}\":0", "n".repeat(30)))
}

async fn the_most_names_searched(ground: Ground) -> Request {
    ground.search(most_names())
}

async fn the_most_names_evaluated(ground: Ground) -> Request {
    let id = ground.stored_rule_set(rule_set(r#"{"all":[]}"#)).await;
    ground.evaluate(&id, question(&most_names()))
}

async fn the_most_names_in_a_cell_of_a_credit(ground: Ground) -> Request {
    ground.create(credit_around(&most_names()))
}

async fn the_most_unknown_members_of_a_credit(ground: Ground) -> Request {
    ground.create(most_names())
}

async fn one_name_of_65_000_letters_over_zeros_searched(ground: Ground) -> Request {
    let name = "n".repeat(65_000);
    ground.search(filled(BODY, |zeros| nested(1, &name, zeros), "0"))
}

async fn fifteen_names_of_30_000_letters_over_objects_searched(ground: Ground) -> Request {
    let name = "n".repeat(30_000);
    ground.search(filled(BODY, |list| nested(14, &name, list), "{}"))
}

async fn eight_long_names_over_a_hundred_bad_numbers(ground: Ground) -> Request {
    let name = "~".repeat(60_000);
    ground.search(nested(8, &name, &array_of("1e999999999", 40_000)))
}

async fn eight_long_names_over_levels_too_deep(ground: Ground) -> Request {
    let name = "~".repeat(60_000);
    ground.search(nested(15, &name, &array_of("[[[]]]", 15_000)))
}

fn ninety_thousand_names() -> String {
    object(90_000, |at| format!("\"{at}\":0"))
}

async fn ninety_thousand_names_searched(ground: Ground) -> Request {
    ground.search(ninety_thousand_names())
}

async fn ninety_thousand_names_evaluated(ground: Ground) -> Request {
    let id = ground.stored_rule_set(rule_set(r#"{"all":[]}"#)).await;
    ground.evaluate(&id, question(&ninety_thousand_names()))
}

async fn ninety_thousand_names_in_a_cell_of_a_credit(ground: Ground) -> Request {
    ground.create(credit_around(&ninety_thousand_names()))
}

async fn sixty_thousand_unknown_members_of_a_credit(ground: Ground) -> Request {
    ground.create(object(60_000, |at| format!("\"unknown{at}\":0")))
}

async fn empty_names_filling_a_body(ground: Ground) -> Request {
    let list = |items: &str| credit_with("usages", items);
    ground.create(filled(BODY, list, r#"{"":0}"#))
}

async fn one_name_repeated_to_a_mebibyte(ground: Ground) -> Request {
    ground.search(object(BODY / 10, |_| r#""ids":[0]"#.to_owned()))
}

async fn one_name_of_a_mebibyte(ground: Ground) -> Request {
    ground.search(nested(1, &"n".repeat(BODY - 10), "0"))
}

async fn escaped_names_filling_a_body(ground: Ground) -> Request {
    ground.search(object(30_000, |at| {
        format!(r#""\u0061\u{at:04x}\u007e\u002f":0"#)
    }))
}

async fn names_that_are_nearly_the_reserved_one(ground: Ground) -> Request {
    ground.search(object(25_000, |at| {
        format!(r#""$serde_json::private::Numbe{at}":0"#)
    }))
}
