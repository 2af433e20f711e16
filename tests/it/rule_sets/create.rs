use serde_json::json;

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
