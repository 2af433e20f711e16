use futures_util::future::join_all;
use serde_json::json;

use super::{World, id};

const WRITERS: usize = 50;

#[tokio::test(flavor = "multi_thread")]
async fn of_50_parallel_patches_with_the_same_if_match_one_wins() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let patches = (0..WRITERS).map(|writer| {
        let operations = json!([{"op": "add", "path": "/notes", "value": format!("{writer}")}]);
        world
            .patch(&created, &operations)
            .header("if-match", "\"1\"")
            .send()
    });
    let mut statuses: Vec<_> = join_all(patches)
        .await
        .iter()
        .map(|answer| answer.status)
        .collect();
    statuses.sort_unstable();
    let mut expected = vec![412; WRITERS];
    expected[0] = 200;
    assert_eq!(statuses, expected);
    assert_eq!(world.read(id(&created)).await.body["sys_version"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_50_parallel_patches_that_each_add_a_usage_none_is_lost() {
    let world = World::new().await;
    let created = world.create(json!({"quantity": 100, "usages": []})).await;
    let patches = (0..WRITERS).map(|writer| {
        let usage = json!({"application_id": format!("application-{writer}"), "quantity": 0.1});
        let operations = json!([{"op": "add", "path": "/usages/-", "value": usage}]);
        world.patch(&created, &operations).send()
    });
    let answers = join_all(patches).await;
    assert!(
        answers.iter().all(|answer| answer.status == 200),
        "{:?}",
        answers
            .iter()
            .map(|answer| answer.status)
            .collect::<Vec<_>>()
    );
    let stored = world.read(id(&created)).await.body;
    assert_eq!(stored["usages"].as_array().unwrap().len(), WRITERS);
    assert_eq!(stored["quantity_used"], 5);
    assert_eq!(stored["sys_version"], 1 + WRITERS);
}
