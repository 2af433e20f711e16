use serde_json::{Value, json};

use super::*;

fn apply(document: Value, operations: Value) -> Result<Value, Error> {
    let text = operations.to_string();
    let document_of_patch = json::parse(text.as_bytes(), 40)?;
    Patch::parse(document_of_patch, Work::of_one_patch())?.apply(document, 16)
}

#[test]
fn every_operation_of_the_rfc_is_applied_in_order() {
    let patched = apply(
        json!({"a": [1, 2], "b": {"c": 1}, "version": 1}),
        json!([
            {"op": "test", "path": "/version", "value": 1.0, "ignored": true},
            {"op": "add", "path": "/a/-", "value": 3},
            {"op": "replace", "path": "/b/c", "value": null},
            {"op": "copy", "from": "/a/0", "path": "/d"},
            {"op": "move", "from": "/b", "path": "/e"},
            {"op": "remove", "path": "/a/0"},
        ]),
    );
    assert_eq!(
        patched.unwrap(),
        json!({"a": [2, 3], "d": 1, "e": {"c": null}, "version": 1})
    );
}

#[test]
fn a_failing_test_and_a_missing_path_are_conflicts() {
    for operation in [
        json!({"op": "test", "path": "/a", "value": 2}),
        json!({"op": "test", "path": "/x", "value": 1}),
        json!({"op": "remove", "path": "/x"}),
        json!({"op": "replace", "path": "/x", "value": 1}),
        json!({"op": "add", "path": "/x/y", "value": 1}),
        json!({"op": "copy", "from": "/x", "path": "/y"}),
        json!({"op": "move", "from": "/o", "path": "/o/p"}),
        json!({"op": "add", "path": "/l/7", "value": 1}),
        json!({"op": "replace", "path": "/l/-", "value": 1}),
        json!({"op": "add", "path": "/l/01", "value": 1}),
        json!({"op": "remove", "path": ""}),
    ] {
        let error = apply(json!({"a": 1, "o": {}, "l": [1]}), json!([operation])).unwrap_err();
        assert_eq!(error.code(), "patch-conflict", "{operation}");
    }
}

#[test]
fn a_malformed_operation_is_named() {
    for (operation, pointer) in [
        (json!({"op": "increment", "path": "/a"}), "/0/op"),
        (json!({"path": "/a"}), "/0/op"),
        (json!({"op": "add", "path": "/a"}), "/0/value"),
        (json!({"op": "add", "path": "a", "value": 1}), "/0/path"),
        (json!({"op": "add", "path": "/~2", "value": 1}), "/0/path"),
        (json!({"op": "move", "path": "/a"}), "/0/from"),
        (json!(1), "/0"),
    ] {
        let Err(Error::Invalid { violations, .. }) = apply(json!({}), json!([operation])) else {
            panic!("{operation} accepted")
        };
        assert_eq!(violations[0].pointer, pointer);
    }
}

#[test]
fn a_copy_bomb_of_751_bytes_is_stopped_long_before_its_15_megabytes() {
    let mut operations = vec![json!({"op": "copy", "from": "", "path": "/a"})];
    operations.extend((0..19).map(|_| json!({"op": "copy", "from": "", "path": "/a"})));
    let document = json!({"text": "x".repeat(100)});
    let code = apply(document, Value::Array(operations)).unwrap_err();
    assert!(
        matches!(code.code(), "too-large" | "validation-failed"),
        "{code}"
    );
    let wide: Vec<_> = (0..20)
        .map(|i| json!({"op": "copy", "from": "/list", "path": format!("/list/{i}")}))
        .collect();
    assert!(apply(json!({"list": ["x"]}), Value::Array(wide)).is_err());
    let doubling: Vec<_> = (0..20)
        .flat_map(|i| {
            [
                json!({"op": "add", "path": format!("/b{i}"), "value": []}),
                json!({"op": "copy", "from": "/text", "path": format!("/b{i}/0")}),
            ]
        })
        .collect();
    let error = apply(json!({"text": "x".repeat(30_000)}), Value::Array(doubling)).unwrap_err();
    assert_eq!(error.code(), "too-large");
}

#[test]
fn copying_over_the_same_place_again_and_again_is_bounded_too() {
    let operations: Vec<_> = (0..1000)
        .map(|_| json!({"op": "copy", "from": "/text", "path": "/again"}))
        .collect();
    let error = apply(
        json!({"text": "x".repeat(150_000)}),
        Value::Array(operations),
    )
    .unwrap_err();
    assert_eq!(error.code(), "too-large");
}

#[test]
fn replacing_most_of_a_large_record_is_no_bomb() {
    let large = "x".repeat(300_000);
    let operations = json!([{"op": "replace", "path": "/text", "value": large}]);
    assert_eq!(
        apply(json!({"text": large}), operations).unwrap(),
        json!({"text": large})
    );
}

#[test]
fn nesting_by_moves_and_copies_is_bounded() {
    let mut document = json!({});
    for index in 0..12 {
        document[format!("m{index}")] = json!({"k": {}});
    }
    let operations: Vec<_> = (1..12)
        .map(|index| json!({"op": "move", "from": format!("/m{}", index - 1), "path": format!("/m{index}/k/x")}))
        .collect();
    assert_eq!(
        apply(document, Value::Array(operations))
            .unwrap_err()
            .code(),
        "validation-failed"
    );
}

#[test]
fn more_than_a_thousand_operations_are_refused() {
    let operations = vec![json!({"op": "test", "path": "", "value": {}}); 1001];
    assert_eq!(
        apply(json!({}), Value::Array(operations))
            .unwrap_err()
            .code(),
        "validation-failed"
    );
}

#[test]
fn protected_fields_may_be_touched_but_not_changed() {
    let before = json!({"id": "1", "n": 1}).as_object().unwrap().clone();
    let after = json!({"id": "1", "n": 2}).as_object().unwrap().clone();
    assert!(check_protected(&before, &after, ["id"]).is_ok());
    assert_eq!(
        check_protected(&before, &after, ["id", "n"])
            .unwrap_err()
            .code(),
        "protected-field"
    );
    assert_eq!(
        check_protected(&before, &Object::new(), ["id"])
            .unwrap_err()
            .code(),
        "protected-field"
    );
}

#[test]
fn moves_cannot_pile_up_levels_until_the_stack_ends() {
    let chain = (0..12).fold(json!({}), |inner, _| json!({ "a": inner }));
    let chains: Object = (0..900)
        .map(|index| (format!("c{index}"), chain.clone()))
        .collect();
    let deep = format!("/x/c{{}}{}/b", "/a".repeat(12));
    let moves = (1..900).map(|index| {
        let target = deep.replace("{}", &index.to_string());
        json!({"op": "move", "from": format!("/x/c{}", index - 1), "path": target})
    });
    let operations: Vec<_> = moves.collect();
    let error = apply(json!({ "x": chains }), Value::Array(operations)).unwrap_err();
    assert_eq!(error.code(), "validation-failed");
}

#[test]
fn a_patch_that_others_made_apply_too_often_is_a_conflict_and_not_the_clients_fault() {
    let document = json!({"list": vec![1; 11_000], "text": "x".repeat(300_000)});
    let operations = json!([{"op": "add", "path": "/n", "value": 1}]);
    let patch = Patch::parse(operations, Work::of_one_patch()).unwrap();
    let rounds = (0..16).map(|_| patch.apply(document.clone(), 16));
    let errors: Vec<_> = rounds.filter_map(Result::err).collect();
    assert!((1..15).contains(&errors.len()));
    assert!(
        errors
            .iter()
            .all(|error| error.code() == "version-conflict")
    );
}
