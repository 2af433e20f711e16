use serde_json::json;

use super::path;
use crate::world::World;

#[tokio::test]
async fn a_deleted_rule_set_is_gone_and_another_stays() {
    let world = World::new().await;
    let deleted = world.create_rule_set(json!({})).await;
    let other = world.create_rule_set(json!({})).await;
    let answer = world.rule_sets.delete(&path(&deleted)).send().await;
    assert_eq!((answer.status, &answer.body), (200, &deleted["id"]));
    let read = world.rule_sets.get(&path(&deleted));
    world.refused(read, 404, "not-found").await;
    let kept = world.rule_sets.get(&path(&other)).send().await;
    assert_eq!(kept.body, other);
}

#[tokio::test]
async fn a_locked_or_newer_rule_set_is_not_deleted() {
    let world = World::new().await;
    let locked = world.create_rule_set(json!({"sys_locked": true})).await;
    let delete = world.rule_sets.delete(&path(&locked));
    world.refused(delete, 409, "record-locked").await;
    let newer = world.create_rule_set(json!({})).await;
    let replace = world.rule_sets.put(&path(&newer)).json(&newer);
    assert_eq!(replace.send().await.status, 200);
    let delete = world.rule_sets.delete(&path(&newer));
    let delete = delete.header("if-match", "\"1\"");
    world.refused(delete, 412, "precondition-failed").await;
}
