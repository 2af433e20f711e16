use serde_json::json;

use super::{World, credit, id, is_version, path};

#[tokio::test]
async fn a_replaced_credit_has_the_new_content_only_and_the_next_version() {
    let world = World::new().await;
    let created = world
        .create(json!({"notes": "old", "status": "draft"}))
        .await;
    let body = credit(json!({"quantity": 4}));
    let replaced = world.api.put(&path(&created)).json(&body).send().await;
    assert_eq!(
        (replaced.status, replaced.header("etag")),
        (200, Some("\"2\"")),
        "{}",
        replaced.text
    );
    assert!(replaced.body.get("notes").is_none() && replaced.body.get("status").is_none());
    assert_eq!(replaced.body["quantity_available"], 4);
    assert_eq!(replaced.body["sys_created_at"], created["sys_created_at"]);
    assert_eq!(world.read(id(&created)).await.body, replaced.body);
}

#[tokio::test]
async fn what_was_read_can_be_sent_back_as_it_is() {
    let world = World::new().await;
    let created = world.create(json!({"status": "draft"})).await;
    let replaced = world.api.put(&path(&created)).json(&created).send().await;
    is_version(&replaced, 2);
}

#[tokio::test]
async fn a_stale_sys_version_in_the_body_is_a_conflict() {
    let world = World::new().await;
    let first = world.create(json!({})).await;
    let second = world.api.put(&path(&first)).json(&first).send().await.body;
    world
        .refused(
            world.api.put(&path(&first)).json(&first),
            409,
            "version-conflict",
        )
        .await;
    assert_eq!(world.read(id(&first)).await.body, second);
    let body = credit(json!({"sys_version": "1"}));
    let refusal = world
        .refused(
            world.api.put(&path(&first)).json(&body),
            400,
            "validation-failed",
        )
        .await;
    assert_eq!(refusal.pointers(), ["/sys_version"]);
}

#[tokio::test]
async fn if_match_decides_whether_the_version_is_the_one_meant() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    for (header, status) in [
        ("\"2\"", 412),
        ("W/\"1\"", 412),
        ("\"x\"", 412),
        ("\"7\", \"8\"", 412),
    ] {
        let request = world
            .api
            .put(&path(&created))
            .header("if-match", header)
            .json(&credit(json!({})));
        world.refused(request, status, "precondition-failed").await;
    }
    for header in ["1", "\"1", "\"1\" \"2\""] {
        let request = world
            .api
            .put(&path(&created))
            .header("if-match", header)
            .json(&credit(json!({})));
        world.refused(request, 400, "invalid-request").await;
    }
    for (header, version) in [("\"1\"", 2), ("*", 3), ("\"9\", \"3\"", 4)] {
        let request = world
            .api
            .put(&path(&created))
            .header("if-match", header)
            .json(&credit(json!({})));
        assert_eq!(request.send().await.body["sys_version"], version);
    }
}

#[tokio::test]
async fn an_id_in_the_body_must_be_that_of_the_path() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let request = world
        .api
        .put(&path(&created))
        .json(&credit(json!({"id": "another"})));
    assert_eq!(
        world
            .refused(request, 400, "validation-failed")
            .await
            .pointers(),
        ["/id"]
    );
}

#[tokio::test]
async fn a_credit_that_is_not_there_cannot_be_replaced() {
    let world = World::new().await;
    let request = world
        .api
        .put("/credits/{tenant}/nothing")
        .json(&credit(json!({})));
    world.refused(request, 404, "not-found").await;
    let request = world
        .api
        .put("/credits/{tenant}/nothing")
        .header("if-match", "*")
        .json(&credit(json!({})));
    world.refused(request, 404, "not-found").await;
}

#[tokio::test]
async fn a_replace_that_loses_a_race_is_a_conflict_and_with_if_match_a_failed_precondition() {
    let world = World::new().await;
    for (header, status, code) in [
        (None, 409, "version-conflict"),
        (Some("\"1\""), 412, "precondition-failed"),
    ] {
        let created = world.create(json!({})).await;
        let (api, target) = (world.api.clone(), path(&created));
        world.faults.on("PutItem").run_first(async move {
            let operations = json!([{"op": "add", "path": "/notes", "value": "first"}]);
            assert_eq!(
                api.patch(&target)
                    .json_patch(&operations)
                    .send()
                    .await
                    .status,
                200
            );
        });
        let request = world
            .api
            .put(&path(&created))
            .json(&credit(json!({"notes": "second"})));
        let request = header
            .into_iter()
            .fold(request, |request, value| request.header("if-match", value));
        let answer = request.send().await;
        assert_eq!(
            (answer.status, answer.code()),
            (status, code),
            "{}",
            answer.text
        );
        assert_eq!(world.read(id(&created)).await.body["notes"], "first");
    }
}
