use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn all_rule_sets_are_listed_with_the_fields_asked_for() {
    let world = World::new().await;
    for name in ["one", "other"] {
        world.create_rule_set(json!({ "name": name })).await;
    }
    let list = world
        .rule_sets
        .get("/expirationRuleSets/{tenant}?fields=name&limit=10");
    let listed = list.send().await;
    assert_eq!(listed.status, 200, "{}", listed.text);
    let sets = listed.body.as_array().unwrap().iter();
    let mut names: Vec<_> = sets.map(|set| set["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["one", "other"]);
}
