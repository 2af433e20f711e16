//! Long query strings, headers, paths and cursors. API Gateway accepts 10 KB of them together.
//! Longer ones test the functions themselves. A URI has at most 65,534 bytes, the limit of the HTTP
//! library.

use integration_tests::api::Request;

use crate::ground::Ground;
use crate::shape::{Shape, shapes};
use crate::text::{BODY, credit, credit_around};

pub(super) fn shapes() -> Vec<Shape> {
    shapes![
        ten_thousand_fields,
        twenty_thousand_fields,
        five_thousand_fields_and_one_unknown,
        a_thousand_query_parameters,
        a_query_of_60_000_percent_signs,
        a_limit_of_10_000_digits,
        a_cursor_of_10_000_letters,
        a_cursor_of_60_000_letters,
        an_if_match_list_of_10_000_bytes,
        an_if_match_list_of_a_mebibyte,
        an_if_match_of_a_mebibyte_of_blanks,
        an_idempotency_key_of_10_000_bytes,
        an_idempotency_key_of_a_mebibyte,
        a_thousand_headers,
        an_id_of_10_000_bytes,
        a_path_of_30_000_segments,
        an_as_of_of_10_000_bytes,
    ]
}

async fn ten_thousand_fields(ground: Ground) -> Request {
    ground.stored(credit_around("0")).await;
    ground.list(&format!("fields={}", vec!["id"; 10_000].join(",")))
}

async fn twenty_thousand_fields(ground: Ground) -> Request {
    ground.list(&format!("fields={}", vec!["id"; 20_000].join(",")))
}

async fn five_thousand_fields_and_one_unknown(ground: Ground) -> Request {
    ground.list(&format!("fields={}x", vec!["sys_version"; 5_000].join(",")))
}

async fn a_thousand_query_parameters(ground: Ground) -> Request {
    let parameters: Vec<String> = (0..1_000).map(|at| format!("p{at}={at}")).collect();
    ground.list(&parameters.join("&"))
}

async fn a_query_of_60_000_percent_signs(ground: Ground) -> Request {
    ground.list(&"%".repeat(60_000))
}

async fn a_limit_of_10_000_digits(ground: Ground) -> Request {
    ground.list(&format!("limit={}", "9".repeat(10_000)))
}

async fn a_cursor_of_10_000_letters(ground: Ground) -> Request {
    ground.list(&format!("exclusiveStartKey=1.{}", "A".repeat(10_000)))
}

async fn a_cursor_of_60_000_letters(ground: Ground) -> Request {
    ground.list(&format!("exclusiveStartKey=1.{}", "A".repeat(60_000)))
}

async fn with_if_match(ground: Ground, value: String) -> Request {
    let id = ground.stored(credit().to_string()).await;
    ground
        .replace(&id, credit().to_string())
        .header("if-match", value)
}

async fn an_if_match_list_of_10_000_bytes(ground: Ground) -> Request {
    with_if_match(ground, vec![r#""9""#; 2_500].join(",")).await
}

async fn an_if_match_list_of_a_mebibyte(ground: Ground) -> Request {
    with_if_match(ground, vec![r#""9""#; BODY / 4].join(",")).await
}

async fn an_if_match_of_a_mebibyte_of_blanks(ground: Ground) -> Request {
    with_if_match(ground, format!("\"1\"{}\"", " ".repeat(BODY))).await
}

async fn an_idempotency_key_of_10_000_bytes(ground: Ground) -> Request {
    ground
        .create(credit().to_string())
        .header("idempotency-key", "k".repeat(10_000))
}

async fn an_idempotency_key_of_a_mebibyte(ground: Ground) -> Request {
    ground
        .create(credit().to_string())
        .header("idempotency-key", "k".repeat(BODY))
}

async fn a_thousand_headers(ground: Ground) -> Request {
    (0..1_000).fold(ground.list("limit=1"), |request, at| {
        request.header(&format!("x-{at}"), "v".repeat(100))
    })
}

async fn an_id_of_10_000_bytes(ground: Ground) -> Request {
    ground.read(&"i".repeat(10_000))
}

async fn a_path_of_30_000_segments(ground: Ground) -> Request {
    ground.read(&"i/".repeat(30_000))
}

async fn an_as_of_of_10_000_bytes(ground: Ground) -> Request {
    let id = ground.stored(credit().to_string()).await;
    ground.read(&format!("{id}/expiration?asOf={}", "2".repeat(10_000)))
}
