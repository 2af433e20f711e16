//! Batches with many operations in one request.

use integration_tests::api::Request;

use crate::ground::Ground;
use crate::shape::{Shape, shapes};
use crate::text::{
    BATCH, array_of, batch, credit_around, filled, largest_credit_of, nested, object, operations,
    rule_set,
};

pub(super) fn shapes() -> Vec<Shape> {
    shapes![
        ten_patches_of_a_thousand_moves_on_one_record,
        ten_patches_of_a_thousand_moves_on_ten_records,
        forty_patches_of_a_thousand_moves_and_a_failing_test,
        forty_patches_of_a_thousand_inserts_and_a_failing_test,
        a_hundred_creates_of_40_000_bytes_of_text,
        a_hundred_creates_of_40_000_bytes_of_zeros,
        a_hundred_creates_of_40_000_bytes_of_names,
        a_hundred_patches_on_a_hundred_records_of_330_000_bytes,
        a_hundred_failing_tests_on_a_record_of_the_most_values,
        a_hundred_patches_of_copy_bombs,
        a_hundred_updates_of_40_000_bytes_of_one_record,
        a_hundred_deletes_of_missing_records,
        a_hundred_unknown_operations,
        a_hundred_operations_with_ids_of_40_000_bytes,
        a_hundred_operations_of_nested_names,
        a_hundred_creates_of_1_900_zeros,
        a_hundred_creates_of_1_900_names_of_18_bytes,
        a_hundred_updates_of_1_900_zeros_of_one_record,
        nine_creates_of_the_most_values,
        a_hundred_patches_of_400_adds,
        a_hundred_creates_of_nothing_but_faults,
        a_hundred_thousand_operations,
        one_operation_of_two_million_zeros,
        fourteen_patches_of_large_records_and_one_path_of_1_300_000_bytes,
        a_hundred_rule_sets_of_five_hundred_leaves,
        a_hundred_unknown_members_of_a_batch,
    ]
}

const MOVE: &str = r#"{"op":"move","from":"/custom_field_values","path":"/custom_field_values"}"#;
const INSERT: &str = r#"{"op":"add","path":"/custom_field_values/0/table_value/0/v/0","value":0}"#;

fn most_values() -> String {
    largest_credit_of(r#""abcdefghijklm""#, 14)
}

fn patch(id: &str, directives: &str) -> String {
    format!(r#"{{"operation":"patch","id":"{id}","patch_directives":{directives}}}"#)
}

// Writes a patch of a thousand operations whose last one fails, so that the store writes nothing.
fn failing(operation: &str) -> String {
    let all = operations(999, operation);
    let test = r#"{"op":"test","path":"/quantity","value":2}]"#;
    format!("{},{test}", all.trim_end_matches(']'))
}

fn create(object: &str) -> String {
    format!(r#"{{"operation":"create","object":{object}}}"#)
}

fn batch_of(operations: &[String]) -> String {
    format!(r#"{{"operations":[{}]}}"#, operations.join(","))
}

async fn ten_patches_of_a_thousand_moves_on_one_record(ground: Ground) -> Request {
    let id = ground.stored(most_values()).await;
    ground.batch(batch(10, &patch(&id, &operations(1_000, MOVE))))
}

async fn ten_patches_of_a_thousand_moves_on_ten_records(ground: Ground) -> Request {
    let ids = ground.stored_times(10, &most_values()).await;
    let moves = operations(1_000, MOVE);
    let patches: Vec<String> = ids.iter().map(|id| patch(id, &moves)).collect();
    ground.batch(batch_of(&patches))
}

async fn forty_patches_of_a_thousand_moves_and_a_failing_test(ground: Ground) -> Request {
    let id = ground.stored(most_values()).await;
    ground.batch(batch(40, &patch(&id, &failing(MOVE))))
}

async fn forty_patches_of_a_thousand_inserts_and_a_failing_test(ground: Ground) -> Request {
    let id = ground.stored(most_values()).await;
    ground.batch(batch(40, &patch(&id, &failing(INSERT))))
}

async fn a_hundred_creates_of_40_000_bytes_of_text(ground: Ground) -> Request {
    let text = format!("\"{}\"", "x".repeat(40_000));
    ground.batch(batch(100, &create(&credit_around(&text))))
}

async fn a_hundred_creates_of_40_000_bytes_of_zeros(ground: Ground) -> Request {
    ground.batch(batch(100, &create(&credit_around(&array_of("0", 20_000)))))
}

async fn a_hundred_creates_of_40_000_bytes_of_names(ground: Ground) -> Request {
    let members: Vec<String> = (0..4_000).map(|at| format!("\"k{at:04}\":0")).collect();
    let members = format!("{{{}}}", members.join(","));
    ground.batch(batch(100, &create(&credit_around(&members))))
}

async fn a_hundred_patches_on_a_hundred_records_of_330_000_bytes(ground: Ground) -> Request {
    let text = array_of(&format!("\"{}\"", "x".repeat(300)), 1_080);
    let ids = ground.stored_times(100, &credit_around(&text)).await;
    let directives = operations(300, MOVE);
    let patches: Vec<String> = ids.iter().map(|id| patch(id, &directives)).collect();
    ground.batch(batch_of(&patches))
}

async fn a_hundred_failing_tests_on_a_record_of_the_most_values(ground: Ground) -> Request {
    let id = ground.stored(most_values()).await;
    let note = r#"[{"op":"test","path":"/quantity","value":2}]"#;
    ground.batch(batch(100, &patch(&id, note)))
}

async fn a_hundred_patches_of_copy_bombs(ground: Ground) -> Request {
    let id = ground.stored(credit_around("[0]")).await;
    let list = "/custom_field_values/0/table_value/0/v";
    let copy = format!(r#"{{"op":"copy","from":"{list}","path":"{list}/-"}}"#);
    let whole = r#"{"op":"copy","from":"","path":"/aa"}"#;
    ground.batch(batch(
        100,
        &patch(&id, &operations(150, &format!("{copy},{whole}"))),
    ))
}

async fn a_hundred_updates_of_40_000_bytes_of_one_record(ground: Ground) -> Request {
    let id = ground.stored(credit_around("0")).await;
    let object = credit_around(&array_of("0", 20_000));
    ground.batch(batch(
        100,
        &format!(r#"{{"operation":"update","id":"{id}","object":{object}}}"#),
    ))
}

async fn a_hundred_deletes_of_missing_records(ground: Ground) -> Request {
    let deletes: Vec<String> = (0..100)
        .map(|at| format!(r#"{{"operation":"delete","id":"none{at}"}}"#))
        .collect();
    ground.batch(batch_of(&deletes))
}

async fn a_hundred_unknown_operations(ground: Ground) -> Request {
    let name = "o".repeat(40_000);
    ground.batch(batch(100, &format!(r#"{{"operation":"{name}"}}"#)))
}

async fn a_hundred_operations_with_ids_of_40_000_bytes(ground: Ground) -> Request {
    let id = "i".repeat(40_000);
    ground.batch(batch(
        100,
        &format!(r#"{{"operation":"delete","id":"{id}"}}"#),
    ))
}

async fn a_hundred_operations_of_nested_names(ground: Ground) -> Request {
    let value = nested(8, &"~".repeat(2_500), &array_of("0", 10_000));
    ground.batch(batch(100, &create(&credit_around(&value))))
}

async fn a_hundred_creates_of_1_900_zeros(ground: Ground) -> Request {
    ground.batch(batch(100, &create(&credit_around(&array_of("0", 1_900)))))
}

async fn a_hundred_creates_of_1_900_names_of_18_bytes(ground: Ground) -> Request {
    let members = object(1_900, |at| format!("\"{at:018}\":0"));
    ground.batch(batch(100, &create(&credit_around(&members))))
}

async fn a_hundred_updates_of_1_900_zeros_of_one_record(ground: Ground) -> Request {
    let id = ground.stored(credit_around("0")).await;
    let object = credit_around(&array_of("0", 1_900));
    let update = format!(r#"{{"operation":"update","id":"{id}","object":{object}}}"#);
    ground.batch(batch(100, &update))
}

async fn nine_creates_of_the_most_values(ground: Ground) -> Request {
    ground.batch(batch(9, &create(&most_values())))
}

async fn a_hundred_patches_of_400_adds(ground: Ground) -> Request {
    let id = ground.stored(most_values()).await;
    ground.batch(batch(100, &patch(&id, &operations(400, INSERT))))
}

async fn a_hundred_creates_of_nothing_but_faults(ground: Ground) -> Request {
    ground.batch(batch(
        100,
        &create(&format!(r#"{{"a":{}}}"#, array_of("1e99", 8_000))),
    ))
}

async fn a_hundred_thousand_operations(ground: Ground) -> Request {
    ground.batch(batch(100_000, r#"{"operation":"delete"}"#))
}

async fn one_operation_of_two_million_zeros(ground: Ground) -> Request {
    let frame = |zeros: &str| batch(1, &create(&credit_around(zeros)));
    ground.batch(filled(BATCH, frame, "0"))
}

async fn fourteen_patches_of_large_records_and_one_path_of_1_300_000_bytes(
    ground: Ground,
) -> Request {
    let text = format!("\"{}\"", "x".repeat(340_000));
    let ids = ground.stored_times(14, &credit_around(&text)).await;
    let note = r#"[{"op":"add","path":"/notes","value":"n"}]"#;
    let mut patches: Vec<String> = ids.iter().map(|id| patch(id, note)).collect();
    let long = format!(r#"[{{"op":"remove","path":"/{}"}}]"#, "p".repeat(1_300_000));
    patches.push(patch(&ids[0], &long));
    ground.batch(batch_of(&patches))
}

async fn a_hundred_rule_sets_of_five_hundred_leaves(ground: Ground) -> Request {
    let leaf = r#"{"fact":"f","operator":"equal","value":1,"path":"$.a[*].b"}"#;
    let set = rule_set(&format!(r#"{{"any":{}}}"#, array_of(leaf, 500)));
    ground.batch_rule_sets(batch(100, &create(&set)))
}

async fn a_hundred_unknown_members_of_a_batch(ground: Ground) -> Request {
    let members: Vec<String> = (0..100)
        .map(|at| format!("\"{at}{}\":0", "n".repeat(40_000)))
        .collect();
    ground.batch(format!("{{{}}}", members.join(",")))
}
