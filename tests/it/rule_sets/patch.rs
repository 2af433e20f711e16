use serde_json::json;

use super::path;
use crate::world::World;

#[tokio::test]
async fn a_patch_changes_one_member_of_the_version_that_was_meant() {
    let world = World::new().await;
    let created = world.create_rule_set(json!({})).await;
    let operations =
        json!([{"op": "replace", "path": "/default_expiration_options/grace_period", "value": 60}]);
    let patch = || {
        let patch = world.rule_sets.patch(&path(&created));
        patch.header("if-match", "\"1\"").json_patch(&operations)
    };
    let patched = patch().send().await;
    let told = (patched.status, patched.header("etag"));
    assert_eq!(told, (200, Some("\"2\"")), "{}", patched.text);
    let mut expected = created["default_expiration_options"].clone();
    expected["grace_period"] = json!(60);
    assert_eq!(patched.body["default_expiration_options"], expected);
    assert_eq!(patched.body["rules"], created["rules"]);
    world.refused(patch(), 412, "precondition-failed").await;
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
