//! `Idempotency-Key` on PUT, PATCH and DELETE: a change that can be repeated without being done
//! twice.

use futures_util::future::join_all;
use integration_tests::api::{Request, Response};
use serde_json::{Value, json};

use super::{World, credit, id, path};

fn keyed(request: Request, key: &str) -> Request {
    request.header("idempotency-key", key)
}

fn take(world: &World, target: &Value, key: &str) -> Request {
    let usage = json!({"application_id": key, "quantity": 1});
    let operations = json!([{"op": "add", "path": "/usages/-", "value": usage}]);
    keyed(world.patch(target, &operations), key)
}

fn note(text: &str) -> Value {
    json!([{"op": "add", "path": "/notes", "value": text}])
}

fn is_replayed(answer: &Response) -> bool {
    answer.header("idempotency-replayed") == Some("true")
}

/// Repeats a request, and checks that nothing is written.
async fn replayed(world: &World, request: Request) -> Response {
    let before = world.faults.recorder().applied_writes();
    let answer = request.send().await;
    assert!(
        answer.status == 200 && is_replayed(&answer),
        "{}",
        answer.text
    );
    assert_eq!(world.faults.recorder().applied_writes(), before);
    answer
}

#[tokio::test]
async fn a_repeated_patch_answers_the_record_as_it_is_now() {
    let world = World::new().await;
    let created = world.create(json!({"usages": []})).await;
    let first = take(&world, &created, "k").send().await;
    assert!(
        first.status == 200 && !is_replayed(&first),
        "{}",
        first.text
    );
    let patch = world.patch(&created, &note("later"));
    let now = patch.send().await;
    let again = replayed(&world, take(&world, &created, "k")).await;
    assert_eq!(
        (&again.body, again.header("etag")),
        (&now.body, Some("\"3\""))
    );
    assert_eq!(again.body["quantity_used"], 1);
}

#[tokio::test]
async fn a_repeat_is_known_whatever_version_it_names() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let patch = || {
        let patch = world.patch(&created, &note("n"));
        keyed(patch.header("if-match", "\"1\""), "patch")
    };
    assert_eq!(patch().send().await.status, 200);
    replayed(&world, patch()).await;
    let body = credit(json!({"sys_version": 2}));
    let put = || keyed(world.api.put(&path(&created)).json(&body), "put");
    assert_eq!(put().send().await.status, 200);
    let again = replayed(&world, put()).await;
    assert_eq!(again.body["sys_version"], 3);
}

#[tokio::test]
async fn a_repeated_delete_answers_the_id_again() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let delete = || keyed(world.api.delete(&path(&created)), "k");
    let first = delete().send().await;
    assert!(
        first.status == 200 && !is_replayed(&first),
        "{}",
        first.text
    );
    let again = replayed(&world, delete()).await;
    assert_eq!(again.body, created["id"]);
    let other = keyed(world.api.delete(&path(&created)), "other");
    world.refused(other, 404, "not-found").await;
}

#[tokio::test]
async fn the_same_key_with_another_body_is_refused() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let patch = |text| keyed(world.patch(&created, &note(text)), "k");
    assert_eq!(patch("one").send().await.status, 200);
    let code = "idempotency-key-reused";
    world.refused(patch("other"), 422, code).await;
    let put = |notes| {
        let body = credit(json!({ "notes": notes }));
        keyed(world.api.put(&path(&created)).json(&body), "k")
    };
    assert_eq!(put("one").send().await.status, 200);
    world.refused(put("other"), 422, code).await;
}

#[tokio::test]
async fn a_key_counts_for_one_operation_on_one_record() {
    let world = World::new().await;
    let one = world.create(json!({"usages": []})).await;
    let other = world.create(json!({"usages": []})).await;
    for target in [&one, &other] {
        let taken = take(&world, target, "k").send().await;
        assert!(
            taken.status == 200 && !is_replayed(&taken),
            "{}",
            taken.text
        );
    }
    let deleted = keyed(world.api.delete(&path(&one)), "k").send().await;
    assert!(deleted.status == 200 && !is_replayed(&deleted));
}

#[tokio::test]
async fn a_repeat_of_a_change_to_a_record_that_was_deleted_since_says_so() {
    let world = World::new().await;
    let created = world.create(json!({"usages": []})).await;
    assert_eq!(take(&world, &created, "k").send().await.status, 200);
    assert_eq!(world.api.delete(&path(&created)).send().await.status, 200);
    world
        .refused(take(&world, &created, "k"), 409, "record-deleted")
        .await;
    world
        .refused(take(&world, &created, "new"), 404, "not-found")
        .await;
}

#[tokio::test]
async fn a_refused_change_leaves_its_key_to_be_used() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let test_first = |text: &str| {
        let operations = json!([
            {"op": "test", "path": "/notes", "value": "ready"},
            {"op": "add", "path": "/status", "value": text},
        ]);
        keyed(world.patch(&created, &operations), "k")
    };
    world
        .refused(test_first("draft"), 409, "patch-conflict")
        .await;
    let ready = world.patch(&created, &note("ready"));
    assert_eq!(ready.send().await.status, 200);
    let repaired = test_first("verified").send().await;
    assert!(repaired.status == 200 && !is_replayed(&repaired));
}

#[tokio::test]
async fn one_key_sent_many_times_at_once_is_done_once() {
    let world = World::new().await;
    let created = world.create(json!({"usages": [], "quantity": 50})).await;
    let requests = (0..8).map(|_| take(&world, &created, "k").send());
    let answers = join_all(requests).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let stored = world.read(id(&created)).await.body;
    let told = (&stored["quantity_used"], &stored["sys_version"]);
    assert_eq!(told, (&json!(1), &json!(2)));
}

fn put(world: &World, target: &Value, notes: &str) -> Request {
    let body = credit(json!({ "notes": notes }));
    keyed(world.api.put(&path(target)).json(&body), "k")
}

/// Returns the answer to a request. Another request runs before its write.
async fn behind(world: &World, request: Request, faster: Request) -> Response {
    world.faults.on("PutItem").run_first(async move {
        let done = faster.send().await;
        assert_eq!(done.status, 200, "{}", done.text);
    });
    let answer = request.send().await;
    assert!(world.faults.all_happened());
    answer
}

#[tokio::test]
async fn of_two_bodies_sent_at_once_under_one_key_one_is_refused() {
    let world = World::new().await;
    for replaces in [false, true] {
        let created = world.create(json!({})).await;
        let request = |text| match replaces {
            true => put(&world, &created, text),
            false => keyed(world.patch(&created, &note(text)), "k"),
        };
        let refused = behind(&world, request("slower"), request("faster")).await;
        let told = (refused.status, refused.code());
        assert_eq!(told, (422, "idempotency-key-reused"), "{}", refused.text);
        let stored = world.read(id(&created)).await.body;
        let is = (&stored["notes"], &stored["sys_version"]);
        assert_eq!(is, (&json!("faster"), &json!(2)));
    }
}

#[tokio::test]
async fn of_two_requests_sent_at_once_under_one_key_the_slower_answers_what_is_stored() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let patch = || keyed(world.patch(&created, &note("n")), "k");
    let slower = behind(&world, patch(), patch()).await;
    assert!(
        slower.status == 200 && is_replayed(&slower),
        "{}",
        slower.text
    );
    assert_eq!(slower.body, world.read(id(&created)).await.body);
}

#[tokio::test]
async fn a_key_that_is_no_longer_remembered_is_applied_behind_another_write_too() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let patch = |text| world.patch(&created, &note(text));
    assert_eq!(keyed(patch("mine"), "k").send().await.status, 200);
    let forget = world.update("credits", id(&created));
    let forget = forget.update_expression("REMOVE keyed_writes");
    forget.send().await.unwrap();
    let again = behind(&world, keyed(patch("mine"), "k"), patch("other")).await;
    assert!(
        again.status == 200 && !is_replayed(&again),
        "{}",
        again.text
    );
    let stored = world.read(id(&created)).await.body;
    let is = (&stored["notes"], &stored["sys_version"]);
    assert_eq!(is, (&json!("mine"), &json!(4)));
}

#[tokio::test]
async fn a_record_remembers_its_last_32_keyed_changes() {
    let world = World::new().await;
    let created = world.create(json!({"usages": [], "quantity": 50})).await;
    for key in 0..33 {
        let taken = take(&world, &created, &format!("k{key}")).send().await;
        assert_eq!(taken.status, 200, "{}", taken.text);
    }
    replayed(&world, take(&world, &created, "k1")).await;
    // Done again, so that the rule of the first time holds.
    world
        .refused(take(&world, &created, "k0"), 400, "validation-failed")
        .await;
}

#[tokio::test]
async fn a_repeated_batch_changes_nothing_twice() {
    let world = World::new().await;
    let patched = world.create(json!({"usages": []})).await;
    let replaced = world.create(json!({})).await;
    let deleted = world.create(json!({})).await;
    let usage = json!({"application_id": "a", "quantity": 1});
    let body = json!({"operations": [
        {"operation": "patch", "id": id(&patched),
         "patch_directives": [{"op": "add", "path": "/usages/-", "value": usage}]},
        {"operation": "update", "id": id(&replaced), "object": credit(json!({"notes": "n"}))},
        {"operation": "delete", "id": id(&deleted)},
    ]});
    let batch = || keyed(world.api.post("/credits/{tenant}/batch").json(&body), "k");
    let first = batch().send().await;
    assert_eq!(first.body["success_count"], 3, "{}", first.text);
    let writes = world.faults.recorder().applied_writes();
    let again = batch().send().await;
    assert_eq!(again.body, first.body);
    assert_eq!(world.faults.recorder().applied_writes(), writes);
}

#[tokio::test]
async fn a_batch_by_a_key_changes_a_record_as_often_as_its_repeat_is_known() {
    let world = World::new().await;
    let created = world.create(json!({"custom_field_values": []})).await;
    let patch = |number: usize| {
        let field = json!({ "custom_field_id": format!("field-{number}") });
        let directives = json!([{"op": "add", "path": "/custom_field_values/-", "value": field}]);
        json!({"operation": "patch", "id": id(&created), "patch_directives": directives})
    };
    let operations: Vec<_> = (0..40).map(patch).collect();
    let body = json!({ "operations": operations });
    let batch = || keyed(world.api.post("/credits/{tenant}/batch").json(&body), "k");
    for _ in 0..2 {
        let answer = batch().send().await;
        let told = (&answer.body["success_count"], &answer.body["error_count"]);
        assert_eq!(told, (&json!(32), &json!(8)), "{}", answer.text);
        let stored = world.read(id(&created)).await.body;
        let fields = stored["custom_field_values"].as_array().map(Vec::len);
        assert_eq!((fields, &stored["sys_version"]), (Some(32), &json!(33)));
    }
    let without_a_key = world.api.post("/credits/{tenant}/batch").json(&body);
    assert_eq!(without_a_key.send().await.body["success_count"], 40);
}
