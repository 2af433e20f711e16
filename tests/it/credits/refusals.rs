use serde_json::{Value, json};

use super::{World, credit, id};

#[tokio::test]
async fn unknown_paths_and_methods_are_refused_in_our_own_form() {
    let world = World::new().await;
    for path in [
        "/",
        "/nothing",
        "/credits",
        "/credits/",
        "/credits/{tenant}/a/b/c",
        "//credits/{tenant}",
    ] {
        world.refused(world.api.get(path), 404, "not-found").await;
    }
    let refusal = world
        .refused(
            world.api.put("/credits/{tenant}"),
            405,
            "method-not-allowed",
        )
        .await;
    let mut allowed: Vec<_> = refusal.header("allow").unwrap().split(',').collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "POST"]);
    world
        .refused(
            world.api.request("PROPFIND", "/credits/{tenant}/x"),
            405,
            "method-not-allowed",
        )
        .await;
}

#[tokio::test]
async fn a_body_of_another_media_type_is_refused() {
    let world = World::new().await;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json-patch+json",
        "",
    ] {
        let request = world
            .api
            .post("/credits/{tenant}")
            .header("content-type", kind);
        world
            .refused(
                request.body(credit(json!({})).to_string()),
                415,
                "unsupported-media-type",
            )
            .await;
    }
    let request = world
        .api
        .post("/credits/{tenant}")
        .header("content-type", "Application/JSON; charset=utf-8");
    assert_eq!(
        request
            .body(credit(json!({})).to_string())
            .send()
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let world = World::new().await;
    for text in [
        "",
        "{",
        "{\"a\":}",
        "nul",
        "\u{feff}{}",
        "{} {}",
        "{\"a\": 01}",
        "{\"a\": NaN}",
    ] {
        let request = world
            .api
            .post("/credits/{tenant}")
            .header("content-type", "application/json")
            .body(text);
        world.refused(request, 400, "invalid-request").await;
    }
    for value in [json!([]), json!("text"), json!(1), Value::Null] {
        let request = world.api.post("/credits/{tenant}").json(&value);
        assert_eq!(
            world
                .refused(request, 400, "validation-failed")
                .await
                .pointers(),
            [""]
        );
    }
    let request = world
        .api
        .post("/credits/{tenant}")
        .header("content-type", "application/json");
    world
        .refused(request.body(vec![b'{', 0xff, b'}']), 400, "invalid-request")
        .await;
}

#[tokio::test]
async fn a_body_over_a_megabyte_is_refused() {
    let world = World::new().await;
    let body = credit(json!({"notes": "x".repeat(1024 * 1024)}));
    world
        .refused(
            world.api.post("/credits/{tenant}").json(&body),
            413,
            "too-large",
        )
        .await;
}

#[tokio::test]
async fn every_bad_field_is_named_by_its_pointer() {
    let world = World::new().await;
    let digits_39 = "1".repeat(39);
    let long: Value = serde_json::from_str(&digits_39).unwrap();
    let deep = (0..40).fold(json!(1), |inner, _| json!([inner]));
    for (changes, pointer) in [
        (json!({"contact_id": ""}), "/contact_id"),
        (json!({"activity_id": ""}), "/activity_id"),
        (
            json!({"course_registration_id": ""}),
            "/course_registration_id",
        ),
        (
            json!({"event_registration_id": ""}),
            "/event_registration_id",
        ),
        (json!({"contact_id": "a/b"}), "/contact_id"),
        (json!({"contact_id": "50%"}), "/contact_id"),
        (json!({"contact_id": "é".repeat(129)}), "/contact_id"),
        (json!({"contact_id": 5}), "/contact_id"),
        (json!({"type_id": null}), "/type_id"),
        (json!({"origin": "gift"}), "/origin"),
        (json!({"status": "Draft"}), "/status"),
        (json!({"date": "2026-02-29"}), "/date"),
        (json!({"date": "0000-01-01"}), "/date"),
        (json!({"date": "2026-03-14T00:00:00Z"}), "/date"),
        (json!({"expiration_date": "next year"}), "/expiration_date"),
        (json!({"expiration_date": ""}), "/expiration_date"),
        (json!({"quantity": 0}), "/quantity"),
        (json!({"quantity": 0.009}), "/quantity"),
        (json!({"quantity": -1}), "/quantity"),
        (json!({"quantity": "1"}), "/quantity"),
        (json!({"quantity": 1_000_000_000_001_u64}), "/quantity"),
        (json!({"quantity": 1.000_000_000_01}), "/quantity"),
        (json!({"number": long}), "/number"),
        (json!({"number": "7"}), "/number"),
        (json!({"self_reported": "yes"}), "/self_reported"),
        (json!({"usages": {}}), "/usages"),
        (json!({"usages": [null]}), "/usages/0"),
        (
            json!({"usages": [{"application_id": "", "quantity": 1}]}),
            "/usages/0/application_id",
        ),
        (
            json!({"custom_field_values": [{"custom_field_id": "f", "table_value": [1]}]}),
            "/custom_field_values/0/table_value/0",
        ),
        (
            json!({"custom_field_values": [{"custom_field_id": "f", "table_value": [{"x": deep}]}]}),
            "/custom_field_values/0/table_value/0/x/0/0/0/0/0/0/0/0/0/0/0",
        ),
        (json!({"unknown": 1}), "/unknown"),
        (json!({"a/b~c": 1}), "/a~1b~0c"),
        (json!({"last_write_ids": []}), "/last_write_ids"),
        (json!({"tenant_id": "x"}), "/tenant_id"),
        (json!({"sys_secret": 1}), "/sys_secret"),
        (json!({"sys_directive": 1}), "/sys_directive"),
        (json!({"sys_locked": "yes"}), "/sys_locked"),
    ] {
        let request = world
            .api
            .post("/credits/{tenant}")
            .json(&credit(changes.clone()));
        let refusal = world.refused(request, 400, "validation-failed").await;
        assert_eq!(refusal.pointers(), [pointer], "{changes}: {}", refusal.text);
    }
    assert_eq!(
        world.api.get("/credits/{tenant}").send().await.body,
        json!([])
    );
}

#[tokio::test]
async fn a_copy_bomb_of_751_bytes_is_refused_without_a_write() {
    let world = World::new().await;
    let created = world
        .create(json!({"custom_field_values": [{"custom_field_id": "f", "list_value": ["x"]}]}))
        .await;
    let doubling = json!({"op": "copy", "from": "", "path": "/aa"});
    let nested =
        json!({"op": "copy", "from": "/custom_field_values", "path": "/custom_field_values/0"});
    let list = "/custom_field_values/0/list_value";
    let appended = json!({"op": "copy", "from": list, "path": format!("{list}/-")});
    let bombs = [doubling, nested, appended].map(|copy| json!(vec![copy; 20]));
    assert!(bombs[0].to_string().len() <= 751);
    for bomb in bombs {
        let before = world.faults.recorder().applied_writes();
        let answer = world.patch(&created, &bomb).send().await;
        assert!(matches!(answer.status, 400 | 413), "{}", answer.text);
        assert_eq!(world.faults.recorder().applied_writes(), before);
    }
    assert_eq!(world.read(id(&created)).await.body, created);
}

#[tokio::test]
async fn a_body_of_nothing_but_faults_is_answered_shortly() {
    let world = World::new().await;
    let digits = "1e99,".repeat(200_000);
    let many_numbers = format!(r#"{{"a": [{}0]}}"#, digits);
    let long_name = format!(r#"{{"{}": 1}}"#, "x".repeat(900_000));
    let usages = vec![json!({"application_id": "a", "quantity": 0}); 4_000];
    let many_usages = credit(json!({ "usages": usages })).to_string();
    for text in [many_numbers, long_name, many_usages] {
        let request = world
            .api
            .post("/credits/{tenant}")
            .header("content-type", "application/json");
        let refusal = world
            .refused(request.body(text), 400, "validation-failed")
            .await;
        assert!(refusal.text.len() < 32 * 1024, "{}", refusal.text.len());
        assert!(refusal.pointers().len() <= 100);
    }
}

#[tokio::test]
async fn a_member_that_would_be_taken_for_a_number_is_refused() {
    let world = World::new().await;
    for cell in [
        r#"{"a": 1, "$serde_json::private::Number": "x"}"#,
        r#"{"$serde_json::private::Number": "5"}"#,
        r#"{"a": 1, "\u0024serde_json::private::Number": "x"}"#,
    ] {
        let text = credit(
            json!({"custom_field_values": [{"custom_field_id": "f", "table_value": [{"cell": "CELL"}]}]}),
        );
        let text = text.to_string().replace("\"CELL\"", cell);
        let request = world
            .api
            .post("/credits/{tenant}")
            .header("content-type", "application/json")
            .body(text);
        let before = world.faults.recorder().applied_writes();
        assert_eq!(request.send().await.status, 400, "{cell}");
        assert_eq!(world.faults.recorder().applied_writes(), before);
    }
}

#[tokio::test]
async fn names_of_any_kind_inside_a_table_value_are_kept_or_refused_but_no_server_error() {
    let world = World::new().await;
    for name in [
        "",
        " ",
        "a.b",
        "#",
        "é",
        "$",
        &"x".repeat(1000),
        &"x".repeat(70_000),
    ] {
        let row = json!({ name: 1 });
        let body = credit(
            json!({"custom_field_values": [{"custom_field_id": "f", "table_value": [row]}]}),
        );
        let answer = world.api.post("/credits/{tenant}").json(&body).send().await;
        assert!(
            matches!(answer.status, 200 | 400),
            "{}: {}",
            name.len(),
            answer.text
        );
        if answer.status == 200 {
            let read = world.read(id(&answer.body)).await.body;
            assert_eq!(read["custom_field_values"], body["custom_field_values"]);
        }
    }
}

#[tokio::test]
async fn head_is_no_method_of_ours() {
    let world = World::new().await;
    let answer = world.api.request("HEAD", "/credits/{tenant}").send().await;
    let mut allowed: Vec<_> = answer.header("allow").unwrap().split(',').collect();
    allowed.sort_unstable();
    assert_eq!((answer.status, allowed), (405, vec!["GET", "POST"]));
}

#[tokio::test]
async fn what_is_expected_is_said_without_the_names_of_our_types() {
    let world = World::new().await;
    for changes in [
        json!({"usages": [1]}),
        json!({"custom_field_values": [1]}),
        json!({"usages": 1}),
        json!({"date": {}}),
    ] {
        let request = world.api.post("/credits/{tenant}").json(&credit(changes));
        let refusal = world.refused(request, 400, "validation-failed").await;
        assert!(!refusal.text.contains("struct"), "{}", refusal.text);
    }
}
