use serde_json::json;

use super::{World, id, path};

#[tokio::test]
async fn a_patch_changes_what_it_names_and_nothing_else() {
    let world = World::new().await;
    let created = world.create(json!({"notes": "n"})).await;
    let operations = json!([
        {"op": "test", "path": "/sys_version", "value": 1},
        {"op": "add", "path": "/usages", "value": [{"application_id": "a", "quantity": 0.5}]},
        {"op": "add", "path": "/status", "value": "verified"},
    ]);
    let patched = world.patch(&created, &operations).send().await;
    assert_eq!(
        (patched.status, patched.header("etag")),
        (200, Some("\"2\"")),
        "{}",
        patched.text
    );
    assert_eq!(patched.body["quantity_available"], 2);
    assert_eq!(
        (&patched.body["notes"], &patched.body["status"]),
        (&json!("n"), &json!("verified"))
    );
    assert_eq!(world.read(id(&created)).await.body, patched.body);
}

#[tokio::test]
async fn a_patch_may_come_as_plain_json_but_as_nothing_else() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let operations = json!([{"op": "add", "path": "/notes", "value": "n"}]);
    assert_eq!(
        world
            .api
            .patch(&path(&created))
            .json(&operations)
            .send()
            .await
            .status,
        200
    );
    for kind in ["application/merge-patch+json", "text/plain", ""] {
        let request = world
            .api
            .patch(&path(&created))
            .header("content-type", kind)
            .body(operations.to_string());
        world.refused(request, 415, "unsupported-media-type").await;
    }
}

#[tokio::test]
async fn numbers_are_compared_by_value() {
    let world = World::new().await;
    let created = world.create(json!({"quantity": 1})).await;
    for spelling in ["1", "1.0", "10e-1", "0.1E1"] {
        let text = format!(r#"[{{"op": "test", "path": "/quantity", "value": {spelling}}}]"#);
        let request = world
            .api
            .patch(&path(&created))
            .header("content-type", "application/json")
            .body(text);
        assert_eq!(request.send().await.status, 200, "{spelling}");
    }
}

#[tokio::test]
async fn a_failing_test_or_a_missing_path_is_a_conflict_and_nothing_is_half_done() {
    let world = World::new().await;
    let created = world.create(json!({"notes": "n"})).await;
    for last in [
        json!({"op": "test", "path": "/notes", "value": "m"}),
        json!({"op": "test", "path": "/quantity", "value": "2.5"}),
        json!({"op": "remove", "path": "/usages/0"}),
        json!({"op": "replace", "path": "/status", "value": "draft"}),
        json!({"op": "move", "from": "/nothing", "path": "/notes"}),
    ] {
        let operations = json!([{"op": "add", "path": "/self_reported", "value": true}, last]);
        let request = world.patch(&created, &operations);
        world.refused(request, 409, "patch-conflict").await;
    }
    assert_eq!(world.read(id(&created)).await.body, created);
}

#[tokio::test]
async fn what_only_the_server_may_change_is_protected() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let mut whole = created.clone();
    whole["sys_version"] = json!(9);
    for (operation, pointer) in [
        (json!({"op": "replace", "path": "/id", "value": "x"}), "/id"),
        (json!({"op": "remove", "path": "/id"}), "/id"),
        (
            json!({"op": "replace", "path": "/sys_version", "value": 7}),
            "/sys_version",
        ),
        (
            json!({"op": "remove", "path": "/sys_created_at"}),
            "/sys_created_at",
        ),
        (
            json!({"op": "add", "path": "/sys_deleted_by_id", "value": "x"}),
            "/sys_deleted_by_id",
        ),
        (
            json!({"op": "replace", "path": "/sys_last_security_context/principal_id", "value": "x"}),
            "/sys_last_security_context",
        ),
        (
            json!({"op": "copy", "from": "/type_id", "path": "/sys_created_by_id"}),
            "/sys_created_by_id",
        ),
        (
            json!({"op": "replace", "path": "", "value": whole}),
            "/sys_version",
        ),
    ] {
        let request = world.patch(&created, &json!([operation]));
        let refusal = world.refused(request, 400, "protected-field").await;
        assert!(refusal.pointers().contains(&pointer), "{}", refusal.text);
    }
    assert_eq!(world.read(id(&created)).await.body, created);
}

#[tokio::test]
async fn touching_a_protected_field_without_changing_it_is_fine() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let operations = json!([
        {"op": "replace", "path": "/sys_version", "value": 5},
        {"op": "replace", "path": "/sys_version", "value": 1.0},
        {"op": "replace", "path": "/quantity_used", "value": 99},
        {"op": "remove", "path": "/quantity_available"},
    ]);
    let patched = world.patch(&created, &operations).send().await;
    assert_eq!(
        (patched.status, &patched.body["quantity_used"]),
        (200, &json!(0)),
        "{}",
        patched.text
    );
    assert_eq!(patched.body["quantity_available"], json!(2.5));
}

#[tokio::test]
async fn the_result_goes_through_the_validation_of_a_replace() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    for (operation, pointer) in [
        (
            json!({"op": "remove", "path": "/contact_id"}),
            "/contact_id",
        ),
        (
            json!({"op": "remove", "path": "/activity_id"}),
            "/activity_id",
        ),
        (
            json!({"op": "add", "path": "/colour", "value": "red"}),
            "/colour",
        ),
        (json!({"op": "add", "path": "/pk", "value": "x"}), "/pk"),
        (
            json!({"op": "add", "path": "/expiration_state", "value": "done"}),
            "/expiration_state",
        ),
        (
            json!({"op": "replace", "path": "/quantity", "value": 0}),
            "/quantity",
        ),
        (
            json!({"op": "add", "path": "/usages", "value": [{"application_id": "a", "quantity": 3}]}),
            "/usages",
        ),
        (
            json!({"op": "replace", "path": "/contact_id", "value": ""}),
            "/contact_id",
        ),
    ] {
        let request = world.patch(&created, &json!([operation]));
        let refusal = world.refused(request, 400, "validation-failed").await;
        assert_eq!(refusal.pointers(), [pointer]);
    }
    let request = world.patch(
        &created,
        &json!([{"op": "replace", "path": "", "value": []}]),
    );
    world.refused(request, 400, "validation-failed").await;
}

#[tokio::test]
async fn removing_a_reference_or_the_expiration_takes_the_credit_out_of_that_index() {
    let world = World::new().await;
    let created = world
        .create(json!({"origin": "legacy system", "expiration_date": "2030-01-01"}))
        .await;
    let operations = json!([{"op": "remove", "path": "/activity_id"}, {"op": "remove", "path": "/expiration_date"}]);
    world.patched(&created, &operations).await;
    let found = world
        .api
        .get("/credits/{tenant}/activity/webinar-12")
        .send()
        .await;
    assert_eq!(found.body["Count"], 0);
}

#[tokio::test]
async fn malformed_patches_are_refused_with_the_place_of_the_fault() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    for (operations, pointer) in [
        (json!({"op": "add"}), ""),
        (json!([{"op": "merge", "path": "/notes"}]), "/0/op"),
        (
            json!([{"op": "test", "path": "", "value": {}}, {"op": "add", "path": "notes", "value": 1}]),
            "/1/path",
        ),
        (
            json!(vec![json!({"op": "test", "path": "/id", "value": 1}); 1001]),
            "",
        ),
    ] {
        let request = world.patch(&created, &operations);
        assert_eq!(
            world
                .refused(request, 400, "validation-failed")
                .await
                .pointers(),
            [pointer]
        );
    }
}

#[tokio::test]
async fn a_patch_whose_result_is_too_large_is_refused() {
    let world = World::new().await;
    let created = world.create(json!({"notes": "x".repeat(300 * 1024)})).await;
    let operations = json!([{"op": "copy", "from": "/notes", "path": "/sys_external_id"}]);
    world
        .refused(world.patch(&created, &operations), 413, "too-large")
        .await;
}

#[tokio::test]
async fn if_match_guards_a_patch_and_a_missing_credit_is_not_found() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let operations = json!([{"op": "add", "path": "/notes", "value": "n"}]);
    let patch = |header: &str| {
        world
            .patch(&created, &operations)
            .header("if-match", header)
    };
    world
        .refused(patch("\"2\""), 412, "precondition-failed")
        .await;
    assert_eq!(patch("\"1\"").send().await.status, 200);
    let request = world
        .api
        .patch("/credits/{tenant}/nothing")
        .json_patch(&operations);
    world.refused(request, 404, "not-found").await;
}
