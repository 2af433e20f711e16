use serde_json::{Value, json};

use super::{path, rule_set};
use crate::world::World;

#[tokio::test]
async fn a_created_rule_set_comes_back_as_it_was_sent() {
    let world = World::new().await;
    let created = world.create_rule_set(json!({})).await;
    let read = world.rule_sets.get(&path(&created)).send().await;
    assert_eq!((read.status, read.header("etag")), (200, Some("\"1\"")));
    assert_eq!(read.body, created);
    for (name, value) in rule_set(json!({})).as_object().unwrap() {
        assert_eq!(&read.body[name], value, "{name}");
    }
}

#[tokio::test]
async fn a_rule_set_is_replaced_patched_listed_and_deleted() {
    let world = World::new().await;
    let created = world.create_rule_set(json!({})).await;
    let other = world.create_rule_set(json!({"name": "other"})).await;
    let replaced = world
        .rule_sets
        .put(&path(&created))
        .json(&rule_set(json!({"name": "new"})))
        .send()
        .await;
    assert_eq!(
        (
            replaced.status,
            &replaced.body["name"],
            &replaced.body["sys_version"]
        ),
        (200, &json!("new"), &json!(2))
    );
    let operations =
        json!([{"op": "replace", "path": "/default_expiration_options/grace_period", "value": 60}]);
    let patched = world
        .rule_sets
        .patch(&path(&created))
        .header("if-match", "\"2\"")
        .json_patch(&operations)
        .send()
        .await;
    assert_eq!(
        (patched.status, patched.header("etag")),
        (200, Some("\"3\"")),
        "{}",
        patched.text
    );
    let listed = world
        .rule_sets
        .get("/expirationRuleSets/{tenant}?fields=name&limit=10")
        .send()
        .await;
    let mut names: Vec<_> = listed
        .body
        .as_array()
        .unwrap()
        .iter()
        .map(|set| set["name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["new", "other"]);
    let deleted = world.rule_sets.delete(&path(&other)).send().await;
    assert_eq!((deleted.status, &deleted.body), (200, &other["id"]));
    world
        .refused(world.rule_sets.get(&path(&other)), 404, "not-found")
        .await;
}

#[tokio::test]
async fn stale_versions_and_locks_are_refused() {
    let world = World::new().await;
    let created = world.create_rule_set(json!({"sys_locked": true})).await;
    let writer = world
        .rule_sets
        .as_principal("clerk", &[world.api.tenant()], &["write"]);
    world
        .refused(writer.delete(&path(&created)), 409, "record-locked")
        .await;
    world
        .refused(
            writer.put(&path(&created)).json(&created),
            409,
            "record-locked",
        )
        .await;
    let unlocked = world
        .rule_sets
        .put(&path(&created))
        .json(&rule_set(json!({})))
        .send()
        .await;
    assert_eq!(unlocked.status, 200);
    world
        .refused(
            writer.put(&path(&created)).json(&created),
            409,
            "version-conflict",
        )
        .await;
    let request = writer.delete(&path(&created)).header("if-match", "\"1\"");
    world.refused(request, 412, "precondition-failed").await;
}

#[tokio::test]
async fn a_repeated_create_answers_the_same_rule_set() {
    let world = World::new().await;
    let create = || {
        world
            .rule_sets
            .post("/expirationRuleSets/{tenant}")
            .header("idempotency-key", "k")
            .json(&rule_set(json!({})))
    };
    let (first, again) = (create().send().await, create().send().await);
    assert_eq!(first.body, again.body);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let credit = world
        .api
        .post("/credits/{tenant}")
        .header("idempotency-key", "k")
        .json(&crate::credits::credit(json!({})))
        .send()
        .await;
    assert_eq!(
        (credit.status, credit.header("idempotency-replayed")),
        (200, None)
    );
}

#[tokio::test]
async fn a_patch_goes_through_validation_and_protects_what_the_server_manages() {
    let world = World::new().await;
    let created = world.create_rule_set(json!({})).await;
    for (operation, code, pointer) in [
        (
            json!({"op": "replace", "path": "/rules/0/matching_conditions/all/0/operator", "value": "like"}),
            "validation-failed",
            "/rules/0/matching_conditions/all/0/operator",
        ),
        (
            json!({"op": "remove", "path": "/default_expiration_options"}),
            "validation-failed",
            "/default_expiration_options",
        ),
        (
            json!({"op": "add", "path": "/type_id", "value": "x"}),
            "validation-failed",
            "/type_id",
        ),
        (
            json!({"op": "replace", "path": "/sys_version", "value": 9}),
            "protected-field",
            "/sys_version",
        ),
    ] {
        let request = world
            .rule_sets
            .patch(&path(&created))
            .json_patch(&json!([operation]));
        assert_eq!(
            world.refused(request, 400, code).await.pointers(),
            [pointer]
        );
    }
    assert_eq!(
        world.rule_sets.get(&path(&created)).send().await.body,
        created
    );
}

#[tokio::test]
async fn rule_sets_and_credits_do_not_see_each_other() {
    let world = World::new().await;
    let created = world.create_rule_set(json!({})).await;
    let id = created["id"].as_str().unwrap();
    world
        .refused(
            world.api.get(&format!("/credits/{{tenant}}/{id}")),
            404,
            "not-found",
        )
        .await;
    assert_eq!(
        world.api.get("/credits/{tenant}").send().await.body,
        json!([])
    );
    let request = world.rule_sets.get("/expirationRuleSets/{tenant}/a:b");
    world.refused(request, 400, "invalid-request").await;
}

#[tokio::test]
async fn a_rule_set_costs_one_unit_to_write_and_one_to_read_before_a_write() {
    let world = World::new().await;
    let created = world.create_rule_set(json!({"rules": Value::Null})).await;
    let recorder = world.faults.recorder();
    assert_eq!(recorder.capacity_of("PutItem").total, 1.0);
    recorder.clear();
    let operations = json!([{"op": "add", "path": "/is_active", "value": true}]);
    assert_eq!(
        world
            .rule_sets
            .patch(&path(&created))
            .json_patch(&operations)
            .send()
            .await
            .status,
        200
    );
    assert_eq!(
        (
            recorder.capacity_of("GetItem").total,
            recorder.capacity_of("PutItem").total
        ),
        (1.0, 1.0)
    );
}
