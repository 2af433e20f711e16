use serde_json::json;

use super::{path, rule_set};
use crate::world::World;

#[tokio::test]
async fn a_replaced_rule_set_is_what_was_sent_one_version_later() {
    let world = World::new().await;
    let created = world.create_rule_set(json!({})).await;
    let put = world.rule_sets.put(&path(&created));
    let replaced = put.json(&rule_set(json!({"name": "new"}))).send().await;
    let told = (&replaced.body["name"], &replaced.body["sys_version"]);
    assert_eq!(told, (&json!("new"), &json!(2)), "{}", replaced.text);
    let read = world.rule_sets.get(&path(&created)).send().await;
    assert_eq!(read.body, replaced.body);
}

#[tokio::test]
async fn a_locked_rule_set_is_replaced_by_an_admin_alone_and_an_old_version_by_nobody() {
    let world = World::new().await;
    let created = world.create_rule_set(json!({"sys_locked": true})).await;
    let tenant = [world.api.tenant()];
    let writer = world.rule_sets.as_principal("clerk", &tenant, &["write"]);
    let old = || writer.put(&path(&created)).json(&created);
    world.refused(old(), 409, "record-locked").await;
    let unlocked = world.rule_sets.put(&path(&created));
    let unlocked = unlocked.json(&rule_set(json!({}))).send().await;
    assert_eq!(unlocked.status, 200, "{}", unlocked.text);
    world.refused(old(), 409, "version-conflict").await;
    let read = world.rule_sets.get(&path(&created)).send().await;
    assert_eq!(read.body, unlocked.body);
}
