use serde_json::json;

use super::rule_set;
use crate::world::World;

#[tokio::test]
async fn each_operation_of_a_batch_has_its_own_outcome() {
    let world = World::new().await;
    let set = world.create_rule_set(json!({})).await;
    let id = set["id"].as_str().unwrap();
    let batch = json!({"operations": [
        {"operation": "create", "object": rule_set(json!({"name": "made by a batch"}))},
        {"operation": "patch", "id": id, "patch_directives": [{"op": "add", "path": "/is_active", "value": false}]},
        {"operation": "update", "id": id, "object": rule_set(json!({"name": null}))},
        {"operation": "delete", "id": "not-there"},
    ]});
    let answer = world
        .rule_sets
        .post("/expirationRuleSets/{tenant}/batch")
        .json(&batch)
        .send()
        .await;
    assert_eq!(
        (&answer.body["success_count"], &answer.body["error_count"]),
        (&json!(2), &json!(2)),
        "{}",
        answer.text
    );
    let results = answer.body["results"].as_array().unwrap();
    assert_eq!(
        results[0]["object"]["sys_last_security_context"]["source"],
        "batch"
    );
    assert_eq!(results[1]["object"]["is_active"], false);
    assert!(
        results[2]["error_message"]
            .as_str()
            .unwrap()
            .starts_with("validation-failed: `/name`")
    );
    assert_eq!(
        results[3]["error_message"],
        "not-found: there is no such record"
    );
}
