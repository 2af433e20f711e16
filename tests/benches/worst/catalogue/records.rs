//! The largest legal records, each read, replaced, patched, listed and searched.

use integration_tests::api::Request;

use crate::ground::{Ground, must};
use crate::shape::Shape;
use crate::text::{RECORD_VALUES, credit_around, largest_credit_of, nested, object};

type Record = (&'static str, fn() -> String);

const RECORDS: [Record; 9] = [
    ("zeros", || largest_credit_of("0", 4)),
    ("empty strings", || largest_credit_of(r#""""#, 2)),
    ("empty objects", || largest_credit_of("{}", 4)),
    ("decimals", || {
        largest_credit_of("1234567890123456789012345.678", 18)
    }),
    ("short strings", || {
        largest_credit_of(r#""abcdefghijklm""#, 14)
    }),
    ("lists of one number", || largest_credit_of("[0]", 9)),
    ("quotes", quotes),
    ("names", names),
    ("nested names", nested_names),
];

const USES: [&str; 5] = ["read", "put back", "patched", "listed", "searched"];
/// The number of records to list: more than the 4 MB that one call reads.
const LISTED: usize = 12;

pub(super) fn shapes() -> Vec<Shape> {
    let each = |(what, record): Record| {
        USES.map(|how| {
            let name = format!("the largest record of {what} {how}");
            Shape::new(name, move |ground| used(ground, record(), how))
        })
    };
    RECORDS.into_iter().flat_map(each).collect()
}

fn quotes() -> String {
    credit_around(&format!("\"{}\"", r#"\""#.repeat(170_000)))
}

fn names() -> String {
    credit_around(&object(RECORD_VALUES, |at| format!("\"k{at:05}\":\"\"")))
}

fn nested_names() -> String {
    credit_around(&nested(
        9,
        &"n".repeat(20_000),
        &format!("[{}0]", "0,".repeat(RECORD_VALUES - 20)),
    ))
}

async fn used(ground: Ground, record: String, how: &str) -> Request {
    let count = if matches!(how, "listed" | "searched") {
        LISTED
    } else {
        1
    };
    let ids = ground.stored_times(count, &record).await;
    match how {
        "read" => ground.read(&ids[0]),
        "put back" => {
            let read = must(ground.read(&ids[0])).await;
            ground.replace(&ids[0], read.text)
        }
        "patched" => ground.patch(&ids[0], r#"[{"op":"add","path":"/notes","value":"n"}]"#),
        "listed" => ground.list("limit=1000"),
        _ => ground.search(r#"{"quantity":[0,null]}"#),
    }
}
