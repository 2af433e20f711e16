use serde_json::{Value, json};

use super::{World, credit, id, path};

#[tokio::test]
async fn a_created_credit_is_answered_and_stored_with_version_1() {
    let world = World::new().await;
    let created = world
        .api
        .post("/credits/{tenant}")
        .json(&credit(json!({})))
        .send()
        .await;
    assert_eq!(created.status, 200);
    assert_eq!(created.header("etag"), Some("\"1\""));
    assert_eq!(created.body["sys_version"], 1);
    assert_eq!(created.body["sys_created_by_id"], "tester");
    assert_eq!(
        created.body["sys_last_security_context"]["tenant_id"],
        world.api.tenant()
    );
    assert_eq!(
        created.body["sys_last_security_context"]["request_id"].as_str(),
        created.header("x-request-id")
    );
    assert_eq!(created.body["quantity_used"], 0);
    assert_eq!(created.body["quantity_available"], json!(2.5));
    assert_eq!(world.read(id(&created.body)).await.body, created.body);
}

#[tokio::test]
async fn quantities_are_computed_exactly_whatever_the_client_says() {
    let world = World::new().await;
    let created = world
        .create(json!({
            "quantity": 0.3, "quantity_used": 9, "quantity_available": "much",
            "usages": [{"application_id": "a", "quantity": 0.1}, {"application_id": "b", "quantity": 0.2}],
        }))
        .await;
    assert_eq!(created["quantity_used"].to_string(), "0.3");
    assert_eq!(created["quantity_available"].to_string(), "0");
}

#[tokio::test]
async fn what_the_server_manages_is_ignored_on_input() {
    let world = World::new().await;
    let created = world
        .create(json!({
            "sys_version": 77, "sys_created_by_id": "mallory", "sys_created_at": "1999-01-01T00:00:00Z",
            "sys_last_security_context": {"principal_id": "mallory"}, "sys_deleted_by_id": 5, "id": null,
        }))
        .await;
    assert_eq!(created["sys_version"], 1);
    assert_eq!(created["sys_created_by_id"], "tester");
    assert!(created.get("sys_deleted_by_id").is_none());
}

#[tokio::test]
async fn each_origin_is_accepted_with_its_references() {
    let world = World::new().await;
    for references in [
        json!({"origin": "legacy system", "activity_id": null}),
        json!({"origin": "course registration", "course_registration_id": "c"}),
        json!({"origin": "certification activity", "activity_id": "a"}),
        json!({"origin": "event registration", "event_registration_id": "r", "event_id": "e"}),
    ] {
        world.create(references).await;
    }
}

#[tokio::test]
async fn an_origin_without_its_references_is_refused() {
    let world = World::new().await;
    for (origin, missing) in [
        ("course registration", vec!["/course_registration_id"]),
        ("certification activity", vec!["/activity_id"]),
        (
            "event registration",
            vec!["/event_registration_id", "/event_id"],
        ),
    ] {
        let body = credit(json!({"origin": origin, "activity_id": null}));
        let request = world.api.post("/credits/{tenant}").json(&body);
        let refusal = world.refused(request, 400, "validation-failed").await;
        assert_eq!(refusal.pointers(), missing);
    }
}

#[tokio::test]
async fn a_create_that_brings_its_own_id_is_refused() {
    let world = World::new().await;
    let request = world
        .api
        .post("/credits/{tenant}")
        .json(&credit(json!({"id": "mine"})));
    let refusal = world.refused(request, 400, "id-not-allowed").await;
    assert_eq!(refusal.pointers(), ["/id"]);
    assert_eq!(world.read("mine").await.status, 404);
}

#[tokio::test]
async fn usages_over_the_quantity_or_twice_for_one_application_are_refused() {
    let world = World::new().await;
    for (usages, pointer) in [
        (
            json!([{"application_id": "a", "quantity": 2.51}]),
            "/usages",
        ),
        (
            json!([{"application_id": "a", "quantity": 1}, {"application_id": "a", "quantity": 1}]),
            "/usages/1/application_id",
        ),
        (
            json!([{"application_id": "a", "quantity": 0}]),
            "/usages/0/quantity",
        ),
    ] {
        let body = credit(json!({ "usages": usages }));
        let refusal = world
            .refused(
                world.api.post("/credits/{tenant}").json(&body),
                400,
                "validation-failed",
            )
            .await;
        assert_eq!(refusal.pointers(), [pointer]);
    }
}

#[tokio::test]
async fn numbers_of_28_digits_come_back_digit_for_digit() {
    let world = World::new().await;
    let digits = "1234567890123456789012345678";
    let text = format!(
        r#"{{"type_id": "ceu", "origin": "legacy system", "contact_id": "ada", "date": "2026-03-14", "quantity": 1,
            "number": {digits}, "custom_field_values": [{{"custom_field_id": "f", "numeric_value": 0.{digits},
            "table_value": [{{"n": -{digits}, "nothing": null}}]}}]}}"#
    );
    let request = world
        .api
        .post("/credits/{tenant}")
        .header("content-type", "application/json")
        .body(text);
    let created = request.send().await;
    assert_eq!(created.status, 200, "{}", created.text);
    let read = world.read(id(&created.body)).await;
    for fragment in [
        format!(r#""number":{digits}"#),
        format!(r#""numeric_value":0.{digits}"#),
        format!(r#""n":-{digits}"#),
    ] {
        assert!(
            created.text.contains(&fragment) && read.text.contains(&fragment),
            "{fragment}"
        );
    }
    assert_eq!(
        read.body["custom_field_values"][0]["table_value"][0]["nothing"],
        Value::Null
    );
}

#[tokio::test]
async fn a_record_over_350_kilobytes_is_refused_though_the_body_is_within_its_limit() {
    let world = World::new().await;
    let body = credit(json!({"notes": "x".repeat(360 * 1024)}));
    world
        .refused(
            world.api.post("/credits/{tenant}").json(&body),
            413,
            "too-large",
        )
        .await;
}

#[tokio::test]
async fn a_record_of_more_than_12000_values_is_refused_however_small_they_are() {
    let world = World::new().await;
    let with = |values: usize| {
        let row = json!({"n": vec![1; values]});
        credit(json!({"custom_field_values": [{"custom_field_id": "f", "table_value": [row]}]}))
    };
    for too_many in [12_000, 14_900, 150_000] {
        let request = world.api.post("/credits/{tenant}").json(&with(too_many));
        world.refused(request, 400, "validation-failed").await;
    }
    let created = world.create(with(11_900)).await;
    let stored = world.read(id(&created)).await.body;
    let replaced = world.api.put(&path(&created)).json(&stored).send().await;
    assert_eq!(replaced.status, 200, "{}", replaced.text);
}

#[tokio::test]
async fn the_largest_record_can_be_created_read_patched_and_deleted() {
    let world = World::new().await;
    let large = world.create(json!({"notes": "x".repeat(349 * 1024)})).await;
    assert_eq!(world.read(id(&large)).await.status, 200);
    let operations = json!([{"op": "add", "path": "/status", "value": "draft"}]);
    world.patched(&large, &operations).await;
    assert_eq!(world.api.delete(&path(&large)).send().await.status, 200);
}

#[tokio::test]
async fn an_expiration_given_as_date_time_keeps_the_date_as_written() {
    let world = World::new().await;
    let created = world
        .create(json!({"expiration_date": "2028-12-31T23:30:00-08:00"}))
        .await;
    assert_eq!(created["expiration_date"], "2028-12-31");
}
