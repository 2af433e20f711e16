//! Keys that BatchGetItem leaves unprocessed, as it does when the table is busy.

use integration_tests::recorder::Answer;
use serde_json::json;

use super::super::World;
use super::{SEARCH, id};

/// Makes a world, a credit's id, and an answer that leaves its key unprocessed.
async fn with_busy_answer() -> (World, String, Answer) {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let id = id(&created).to_owned();
    world.search("", &json!({"ids": [id]})).await;
    let calls = world.faults.recorder().calls_to("BatchGetItem");
    let asked = calls[0].request["RequestItems"].clone();
    let busy = json!({"Responses": {}, "UnprocessedKeys": asked});
    let answer = Answer {
        status: 200,
        body: busy.to_string().into_bytes(),
        ..Answer::default()
    };
    world.faults.recorder().clear();
    (world, id, answer)
}

#[tokio::test]
async fn keys_left_unprocessed_are_asked_for_again() {
    let (world, id, busy) = with_busy_answer().await;
    world.faults.on("BatchGetItem").times(3).answer(&busy);
    let found = world.found_ids("", &json!({"ids": [id]})).await;
    assert_eq!(found, [id]);
    assert!(world.faults.all_happened());
    assert_eq!(world.faults.recorder().calls().len(), 4);
}

#[tokio::test]
async fn keys_that_stay_unprocessed_make_the_search_unavailable() {
    let (world, id, busy) = with_busy_answer().await;
    world.faults.on("BatchGetItem").times(8).answer(&busy);
    let request = world.api.post(SEARCH).json(&json!({"ids": [id]}));
    world.refused(request, 503, "unavailable").await;
    assert!(world.faults.all_happened());
    assert_eq!(world.faults.recorder().calls().len(), 8);
}
