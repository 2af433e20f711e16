use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn parse(body: Value) -> Result<SearchBody, Error> {
    SearchBody::parse(body.as_object().unwrap().clone())
}

fn search(body: Value) -> CreditSearch {
    parse(body).unwrap().search
}

fn pointers(body: Value) -> Vec<String> {
    let Err(Error::Invalid { violations, .. }) = parse(body.clone()) else {
        panic!("accepted: {body}")
    };
    violations.into_iter().map(|fault| fault.pointer).collect()
}

fn credit(changes: Value) -> Searchable {
    let mut credit = json!({
        "id": "c-1", "origin": "legacy system", "type_id": "ceu", "contact_id": "ada",
        "quantity": 2.5, "quantity_used": 0.3, "quantity_available": 2.2, "date": "2026-03-14",
        "notes": "not looked at",
    });
    for (name, value) in changes.as_object().unwrap() {
        credit[name] = value.clone();
    }
    Searchable::of(credit.as_object().unwrap()).unwrap()
}

#[test]
fn what_is_absent_null_or_empty_restricts_nothing() {
    let empty = json!({
        "ids": [], "origin": null, "type_id": null, "contact_id": [], "quantity": [null, null],
        "quantity_used": [], "self_reported": null, "date": [null, null], "status": [],
    });
    for body in [json!({}), empty] {
        assert_eq!(search(body.clone()), CreditSearch::default(), "{body}");
    }
    assert!(CreditSearch::default().matches(&credit(json!({}))));
}

/// Sees that the search finds one credit and leaves out the other.
fn check(body: Value, found: Value, left_out: Value) {
    let search = search(body.clone());
    assert!(search.matches(&credit(found)), "{body} misses");
    assert!(!search.matches(&credit(left_out)), "{body} finds too much");
}

#[test]
fn each_field_finds_and_leaves_out() {
    for (body, found, left_out) in [
        (
            json!({"ids": ["x", "c-1"]}),
            json!({}),
            json!({"id": "c-2"}),
        ),
        (
            json!({"origin": "legacy system"}),
            json!({}),
            json!({"origin": "event registration"}),
        ),
        (
            json!({"type_id": ["ceu"]}),
            json!({}),
            json!({"type_id": "CEU"}),
        ),
        (
            json!({"contact_id": ["ada", "bob"]}),
            json!({"contact_id": "bob"}),
            json!({"contact_id": "eve"}),
        ),
        (
            json!({"quantity": [2.5, 2.50]}),
            json!({}),
            json!({"quantity": 2.5000000001}),
        ),
        (
            json!({"quantity_used": [0.3, null]}),
            json!({}),
            json!({"quantity_used": 0.2999999999}),
        ),
        (
            json!({"quantity_available": [null, 2.2]}),
            json!({"quantity_available": 0}),
            json!({"quantity_available": 2.2000000001}),
        ),
    ] {
        check(body, found, left_out);
    }
}

#[test]
fn each_optional_field_finds_and_leaves_out() {
    for (body, found, left_out) in [
        (
            json!({"self_reported": [true]}),
            json!({"self_reported": true}),
            json!({"self_reported": false}),
        ),
        (
            json!({"self_reported": [false]}),
            json!({"self_reported": false}),
            json!({}),
        ),
        (
            json!({"date": ["2026-03-14", "2026-03-14T23:59:59Z"]}),
            json!({}),
            json!({"date": "2026-03-15"}),
        ),
        (
            json!({"date": ["2026-03-13T22:00:00-05:00", null]}),
            json!({}),
            json!({"date": "2026-03-13"}),
        ),
        (
            json!({"expiration_date": [null, "9999-12-31T23:59:59Z"]}),
            json!({"expiration_date": "9999-12-31"}),
            json!({}),
        ),
        (
            json!({"status": ["draft", "no such status"]}),
            json!({"status": "draft"}),
            json!({"status": "verified"}),
        ),
        (
            json!({"status": ["verified"]}),
            json!({"status": "verified"}),
            json!({}),
        ),
    ] {
        check(body, found, left_out);
    }
}

#[test]
fn unknown_origins_and_statuses_match_nothing() {
    for body in [
        json!({"origin": "gift"}),
        json!({"origin": ""}),
        json!({"status": ["", "Draft"]}),
    ] {
        assert!(search(body.clone()).matches_nothing(), "{body}");
    }
    assert!(!search(json!({"status": ["gone", "draft"]})).matches_nothing());
}

#[test]
fn every_fault_is_named_by_its_pointer_at_once() {
    let body = json!({
        "ids": ["ok", "not ok", 7], "origin": 5, "type_id": "ceu", "contact_id": [""],
        "quantity": [3, 2], "quantity_used": [1], "quantity_available": ["1", 2.5],
        "self_reported": ["yes", null], "date": ["2026-02-29", "soon"],
        "expiration_date": ["2026-01-02", "2026-01-01"], "status": [null],
        "exclusiveStartKey": {}, "colour": "red", "a/b": 1,
    });
    assert_eq!(
        pointers(body),
        [
            "/ids/1",
            "/ids/2",
            "/origin",
            "/type_id",
            "/contact_id/0",
            "/quantity",
            "/quantity_used",
            "/quantity_available/0",
            "/self_reported/0",
            "/self_reported/1",
            "/date/0",
            "/date/1",
            "/expiration_date",
            "/status/0",
            "/exclusiveStartKey",
            "/a~1b",
            "/colour",
        ]
    );
}

#[test]
fn a_list_has_at_most_a_hundred_values() {
    let ids = |count: usize| (0..count).map(|at| format!("c-{at}")).collect::<Vec<_>>();
    for name in ["ids", "type_id", "contact_id", "status"] {
        assert!(parse(json!({name: ids(100)})).is_ok());
        assert_eq!(pointers(json!({name: ids(101)})), [format!("/{name}")]);
    }
}

#[test]
fn searches_that_mean_the_same_have_one_hash_and_others_have_others() {
    let one = json!({
        "ids": ["b", "a", "b"], "quantity": [1.50, null], "date": ["2026-01-01", null],
        "status": ["draft", "unheard of"], "exclusiveStartKey": "x",
    });
    let same = json!({
        "date": ["2025-12-31T20:00:00-06:00", null], "quantity": [15e-1, null],
        "status": ["draft"], "ids": ["a", "b"], "type_id": [],
    });
    assert_eq!(search(one).hash(), search(same).hash());
    let others = [
        json!({}),
        json!({"quantity": [1, null]}),
        json!({"quantity": [null, 1]}),
        json!({"quantity_used": [1, null]}),
        json!({"ids": ["a"]}),
        json!({"type_id": ["a"]}),
        json!({"status": ["unheard of"]}),
        json!({"origin": "legacy system"}),
    ];
    let hashes: BTreeSet<_> = others
        .iter()
        .cloned()
        .map(|body| search(body).hash())
        .collect();
    assert_eq!(hashes.len(), others.len());
}

proptest! {
    #[test]
    fn no_body_makes_reading_panic(names in prop::collection::vec(0_usize..11, 0..4), text in ".*", number in any::<f64>()) {
        let mut body = Object::new();
        for (at, name) in names.into_iter().enumerate() {
            let value = match at {
                0 => json!([text, number]),
                1 => json!([null, text]),
                _ => json!(text),
            };
            body.insert(Searchable::NAMES[name].replace("id", "ids"), value);
        }
        let _ = SearchBody::parse(body);
    }

    #[test]
    fn a_range_of_quantities_is_exact(from in 0_i64..1000, to in 0_i64..1000, quantity in 0_i64..1000) {
        let tenths = |n: i64| serde_json::from_str::<Value>(&format!("{}.{}", n / 10, n % 10)).unwrap();
        let body = json!({"quantity": [tenths(from.min(to)), tenths(from.max(to))]});
        let expected = (from.min(to)..=from.max(to)).contains(&quantity);
        let credit = credit(json!({"quantity": tenths(quantity)}));
        prop_assert_eq!(search(body).matches(&credit), expected);
    }
}
