//! Consumes and releases of a contact's credits.

use integration_tests::api::Request;

use crate::ground::{Ground, must};
use crate::shape::{Shape, shapes};
use crate::text::{BODY, array, batch, credit_around};

pub(super) fn shapes() -> Vec<Shape> {
    shapes![
        ninety_nine_credits_of_40_000_bytes_consumed,
        ninety_nine_credits_of_40_000_bytes_released,
        a_thousand_credits_of_which_all_are_wanted,
        a_hundred_thousand_type_ids_to_consume,
        a_quantity_of_a_mebibyte_to_consume,
        a_hundred_large_credits_of_a_contact_listed,
    ]
}

async fn filled_with(ground: &Ground, batches: usize, each: usize, value: &str) {
    let create = format!(
        r#"{{"operation":"create","object":{}}}"#,
        credit_around(value)
    );
    for _ in 0..batches {
        let made = must(ground.batch(batch(each, &create))).await;
        assert_eq!(made.body["success_count"], each, "{}", made.text);
    }
}

// The embedded store needs minutes for a transaction of a million values, so each credit has one
// text.
fn text() -> String {
    format!("\"{}\"", "x".repeat(40_000))
}

fn order(quantity: usize) -> String {
    format!(r#"{{"application_id":"a","quantity":{quantity}}}"#)
}

async fn ninety_nine_credits_of_40_000_bytes_consumed(ground: Ground) -> Request {
    filled_with(&ground, 1, 99, &text()).await;
    ground.consume(order(99))
}

async fn ninety_nine_credits_of_40_000_bytes_released(ground: Ground) -> Request {
    filled_with(&ground, 1, 99, &text()).await;
    must(ground.consume(order(99))).await;
    ground
        .credits()
        .delete("/credits/{tenant}/contact/ada/consume/a")
}

async fn a_thousand_credits_of_which_all_are_wanted(ground: Ground) -> Request {
    filled_with(&ground, 10, 100, "\"x\"").await;
    ground.consume(order(1_000))
}

async fn a_hundred_thousand_type_ids_to_consume(ground: Ground) -> Request {
    let ids = array(100_000, |at| format!("\"{at}\""));
    ground.consume(format!(
        r#"{{"application_id":"a","quantity":1,"type_ids":{ids}}}"#
    ))
}

async fn a_quantity_of_a_mebibyte_to_consume(ground: Ground) -> Request {
    let quantity = "7".repeat(BODY - 100);
    ground.consume(format!(r#"{{"application_id":"a","quantity":{quantity}}}"#))
}

async fn a_hundred_large_credits_of_a_contact_listed(ground: Ground) -> Request {
    filled_with(&ground, 1, 99, &text()).await;
    ground
        .credits()
        .get("/credits/{tenant}/contact/ada?filterUnavailable=true&limit=1000")
}
