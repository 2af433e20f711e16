use serde_json::json;

use crate::world::World;

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
