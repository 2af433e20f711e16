//! Patches with many operations on large records.

use integration_tests::api::Request;

use crate::ground::Ground;
use crate::shape::{Shape, shapes};
use crate::text::{
    BODY, RECORD_VALUES, array, array_of, credit_around, filled, largest_credit_of, object,
    operations,
};

pub(super) fn shapes() -> Vec<Shape> {
    let mut shapes = shapes![
        a_thousand_moves_adds_copies_and_removes_in_turn,
        a_thousand_moves_between_two_places,
        a_thousand_moves_of_a_list_into_a_list_and_back,
        a_thousand_tests_of_a_record_of_many_members,
        a_test_of_a_list_of_all_values,
        five_replaces_of_4_000_zeros_each,
        sixteen_copies_of_the_largest_record,
        twenty_copies_of_copies,
        a_thousand_replaces_at_the_size_limit,
        a_thousand_removes_of_members_of_many,
        a_thousand_adds_of_members_to_many,
        a_thousand_pointers_of_a_thousand_segments,
        a_thousand_pointers_of_a_thousand_escapes,
        a_pointer_of_900_000_bytes_to_nothing,
        an_index_of_900_000_digits,
        ten_thousand_operations,
        a_thousand_bad_operations,
        twenty_thousand_bad_operations,
        a_patch_value_of_half_a_million_zeros,
        a_thousand_inserts_at_0_then_a_failing_test,
    ];
    shapes.extend(ON_MANY_VALUES.map(|(what, operation)| {
        Shape::new(
            format!("a thousand {what} on the most values"),
            move |ground| on_many_values(ground, operation),
        )
    }));
    shapes
}

/// The pointer to the list of the record's values.
const LIST: &str = "/custom_field_values/0/table_value/0/v";

/// Operations, each sent a thousand times in one patch.
const ON_MANY_VALUES: [(&str, &str); 12] = [
    (
        "moves of the fields onto themselves",
        r#"{"op":"move","from":"/custom_field_values","path":"/custom_field_values"}"#,
    ),
    (
        "moves of the list onto itself",
        r#"{"op":"move","from":"/custom_field_values/0/table_value/0/v","path":"/custom_field_values/0/table_value/0/v"}"#,
    ),
    (
        "moves of the first value to the end",
        r#"{"op":"move","from":"/custom_field_values/0/table_value/0/v/0","path":"/custom_field_values/0/table_value/0/v/-"}"#,
    ),
    (
        "moves of the second value to the front",
        r#"{"op":"move","from":"/custom_field_values/0/table_value/0/v/1","path":"/custom_field_values/0/table_value/0/v/0"}"#,
    ),
    (
        "inserts at index 0",
        r#"{"op":"add","path":"/custom_field_values/0/table_value/0/v/0","value":0}"#,
    ),
    (
        "appends",
        r#"{"op":"add","path":"/custom_field_values/0/table_value/0/v/-","value":0}"#,
    ),
    (
        "removes at index 0",
        r#"{"op":"remove","path":"/custom_field_values/0/table_value/0/v/0"}"#,
    ),
    (
        "copies of one value",
        r#"{"op":"copy","from":"/custom_field_values/0/table_value/0/v/0","path":"/custom_field_values/0/table_value/0/v/0"}"#,
    ),
    (
        "copies of the list over notes",
        r#"{"op":"copy","from":"/custom_field_values/0/table_value/0/v","path":"/notes"}"#,
    ),
    (
        "tests of one value",
        r#"{"op":"test","path":"/custom_field_values/0/table_value/0/v/15000","value":""}"#,
    ),
    (
        "replaces of a note",
        r#"{"op":"replace","path":"/quantity","value":2}"#,
    ),
    (
        "tests of the whole record",
        r#"{"op":"test","path":"","value":{}}"#,
    ),
];

async fn most_values(ground: &Ground) -> String {
    ground
        .stored(largest_credit_of(r#""abcdefghijklm""#, 14))
        .await
}

async fn on_many_values(ground: Ground, operation: &str) -> Request {
    let id = most_values(&ground).await;
    ground.patch(&id, operations(1_000, operation))
}

async fn in_turn(ground: Ground, in_turn: &[&str]) -> Request {
    let id = most_values(&ground).await;
    ground.patch(&id, operations(1_000 / in_turn.len(), &in_turn.join(",")))
}

async fn a_thousand_moves_adds_copies_and_removes_in_turn(ground: Ground) -> Request {
    let fields = r#"{"op":"move","from":"/custom_field_values","path":"/custom_field_values"}"#;
    let add = format!(r#"{{"op":"add","path":"{LIST}/0","value":0}}"#);
    let copy = format!(r#"{{"op":"copy","from":"{LIST}/0","path":"{LIST}/0"}}"#);
    let remove = format!(r#"{{"op":"remove","path":"{LIST}/0"}}"#);
    in_turn(ground, &[fields, &add, &copy, &remove]).await
}

async fn a_thousand_moves_between_two_places(ground: Ground) -> Request {
    let row = "/custom_field_values/0/table_value/0";
    let there = format!(r#"{{"op":"move","from":"{row}/v","path":"{row}/w"}}"#);
    let back = format!(r#"{{"op":"move","from":"{row}/w","path":"{row}/v"}}"#);
    in_turn(ground, &[&there, &back]).await
}

async fn a_thousand_moves_of_a_list_into_a_list_and_back(ground: Ground) -> Request {
    let row = "/custom_field_values/0/table_value/0";
    let add = format!(r#"{{"op":"add","path":"{row}/deep","value":{{"a":{{"a":{{"a":{{}}}}}}}}}}"#);
    let there = format!(r#"{{"op":"move","from":"{row}/v","path":"{row}/deep/a/a/a/v"}}"#);
    let back = format!(r#"{{"op":"move","from":"{row}/deep/a/a/a/v","path":"{row}/v"}}"#);
    in_turn(ground, &[&add, &there, &back]).await
}

async fn a_thousand_tests_of_a_record_of_many_members(ground: Ground) -> Request {
    let id = many_members(&ground).await;
    let cells = (0..1_000).map(|at| format!(r#"{{"op":"test","path":"{LIST}/k{at}","value":0}}"#));
    ground.patch(&id, format!("[{}]", cells.collect::<Vec<_>>().join(",")))
}

async fn a_test_of_a_list_of_all_values(ground: Ground) -> Request {
    let values = array_of("0", RECORD_VALUES);
    let id = ground.stored(credit_around(&values)).await;
    ground.patch(
        &id,
        operations(
            1,
            &format!(r#"{{"op":"test","path":"{LIST}","value":{values}}}"#),
        ),
    )
}

async fn five_replaces_of_4_000_zeros_each(ground: Ground) -> Request {
    let id = most_values(&ground).await;
    let value = array_of("0", 4_000);
    ground.patch(
        &id,
        operations(
            5,
            &format!(r#"{{"op":"replace","path":"{LIST}","value":{value}}}"#),
        ),
    )
}

async fn sixteen_copies_of_the_largest_record(ground: Ground) -> Request {
    let id = most_values(&ground).await;
    let there = format!(r#"{{"op":"copy","from":"{LIST}","path":"/notes"}}"#);
    let away = r#"{"op":"remove","path":"/notes"}"#;
    ground.patch(&id, operations(16, &format!("{there},{away}")))
}

async fn twenty_copies_of_copies(ground: Ground) -> Request {
    let id = ground.stored(credit_around("[0]")).await;
    ground.patch(
        &id,
        operations(
            20,
            &format!(r#"{{"op":"copy","from":"{LIST}","path":"{LIST}/-"}}"#),
        ),
    )
}

async fn a_thousand_replaces_at_the_size_limit(ground: Ground) -> Request {
    let text = format!("[\"{}\"]", "x".repeat(355_000));
    let id = ground.stored(credit_around(&text)).await;
    ground.patch(
        &id,
        operations(
            1_000,
            &format!(
                r#"{{"op":"replace","path":"/notes","value":"{}"}}"#,
                "y".repeat(900)
            ),
        )
        .replacen("replace", "add", 1),
    )
}

async fn many_members(ground: &Ground) -> String {
    let members = object(RECORD_VALUES, |at| format!("\"k{at}\":0"));
    ground.stored(credit_around(&members)).await
}

async fn a_thousand_removes_of_members_of_many(ground: Ground) -> Request {
    let id = many_members(&ground).await;
    let removes = array(1_000, |at| {
        format!(r#"{{"op":"remove","path":"{LIST}/k{at}"}}"#)
    });
    ground.patch(&id, removes)
}

async fn a_thousand_adds_of_members_to_many(ground: Ground) -> Request {
    let id = many_members(&ground).await;
    let adds = array(1_000, |at| {
        format!(r#"{{"op":"add","path":"{LIST}/new{at}","value":0}}"#)
    });
    ground.patch(&id, adds)
}

async fn pointers(ground: Ground, segment: &str) -> Request {
    let id = ground.stored(credit_around("0")).await;
    let path = segment.repeat(950 / segment.len());
    ground.patch(
        &id,
        operations(
            1_000,
            &format!(r#"{{"op":"add","path":"{path}","value":0}}"#),
        ),
    )
}

async fn a_thousand_pointers_of_a_thousand_segments(ground: Ground) -> Request {
    pointers(ground, "/").await
}

async fn a_thousand_pointers_of_a_thousand_escapes(ground: Ground) -> Request {
    pointers(ground, "/~0~1").await
}

async fn a_pointer_of_900_000_bytes_to_nothing(ground: Ground) -> Request {
    let id = ground.stored(credit_around("0")).await;
    ground.patch(
        &id,
        format!(r#"[{{"op":"remove","path":"/{}"}}]"#, "p".repeat(900_000)),
    )
}

async fn an_index_of_900_000_digits(ground: Ground) -> Request {
    let id = ground.stored(credit_around("[0]")).await;
    ground.patch(
        &id,
        format!(
            r#"[{{"op":"remove","path":"{LIST}/{}"}}]"#,
            "1".repeat(900_000)
        ),
    )
}

async fn ten_thousand_operations(ground: Ground) -> Request {
    let id = ground.stored(credit_around("0")).await;
    ground.patch(
        &id,
        operations(10_000, r#"{"op":"add","path":"/notes","value":"x"}"#),
    )
}

async fn a_thousand_bad_operations(ground: Ground) -> Request {
    let id = ground.stored(credit_around("0")).await;
    ground.patch(
        &id,
        operations(1_000, &format!(r#"{{"op":"{}"}}"#, "x".repeat(900))),
    )
}

async fn twenty_thousand_bad_operations(ground: Ground) -> Request {
    let id = ground.stored(credit_around("0")).await;
    ground.patch(&id, operations(20_000, "{}"))
}

async fn a_patch_value_of_half_a_million_zeros(ground: Ground) -> Request {
    let id = ground.stored(credit_around("0")).await;
    let frame = |list: &str| format!(r#"[{{"op":"add","path":"{LIST}","value":{list}}}]"#);
    ground.patch(&id, filled(BODY, frame, "0"))
}

async fn a_thousand_inserts_at_0_then_a_failing_test(ground: Ground) -> Request {
    let id = most_values(&ground).await;
    let insert = format!(r#"{{"op":"add","path":"{LIST}/0","value":0}}"#);
    let test = format!(r#",{{"op":"test","path":"{LIST}/0","value":1}}]"#);
    let mut all = operations(999, &insert);
    all.truncate(all.len() - 1);
    ground.patch(&id, all + &test)
}
