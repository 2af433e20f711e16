//! Bodies that are barely JSON, or not JSON.

use integration_tests::api::Request;

use crate::ground::Ground;
use crate::shape::{Shape, shapes};
use crate::text::{BATCH, BODY, nested};

pub(super) fn shapes() -> Vec<Shape> {
    let mut shapes = shapes![
        ten_thousand_nested_objects,
        a_hundred_and_twenty_nested_lists_side_by_side,
        sixteen_nested_lists_side_by_side,
        a_mebibyte_and_a_byte,
        a_mebibyte_without_a_content_type,
        a_mebibyte_that_is_not_utf_8,
    ];
    shapes.extend(FILLED.map(|(what, text)| {
        Shape::new(
            format!("a mebibyte of {what}"),
            move |ground: Ground| async move { ground.search(text.repeat(BODY / text.len())) },
        )
    }));
    shapes.extend(FILLED.map(|(what, text)| {
        Shape::new(
            format!("a batch of {what}"),
            move |ground: Ground| async move { ground.batch(text.repeat(BATCH / text.len())) },
        )
    }));
    shapes
}

/// Texts that fill a whole body.
const FILLED: [(&str, &str); 6] = [
    ("open brackets", "["),
    ("open objects", r#"{"":"#),
    ("quotes", "\""),
    ("blanks", " "),
    ("zero bytes", "\0"),
    ("parts of the reserved name", "$serde_json::private::Numbe"),
];

async fn ten_thousand_nested_objects(ground: Ground) -> Request {
    ground.search(nested(10_000, "a", "0"))
}

fn side_by_side(levels: usize) -> String {
    let list = format!("{}{},", "[".repeat(levels), "]".repeat(levels));
    format!("[{}0]", list.repeat((BODY - 10) / list.len()))
}

async fn a_hundred_and_twenty_nested_lists_side_by_side(ground: Ground) -> Request {
    ground.search(side_by_side(120))
}

async fn sixteen_nested_lists_side_by_side(ground: Ground) -> Request {
    ground.search(side_by_side(15))
}

async fn a_mebibyte_and_a_byte(ground: Ground) -> Request {
    ground.search(" ".repeat(BODY + 1))
}

async fn a_mebibyte_without_a_content_type(ground: Ground) -> Request {
    let request = ground.credits().post("/credits/{tenant}/search");
    request.body(vec![b'['; BODY])
}

async fn a_mebibyte_that_is_not_utf_8(ground: Ground) -> Request {
    ground.search(vec![0xff; BODY])
}
