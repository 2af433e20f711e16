//! Orders and releases whose transaction does not simply succeed.

use integration_tests::recorder::Answer;
use serde_json::json;

use super::super::{World, id};
use super::{consume, release, taken};

#[tokio::test]
async fn a_transaction_whose_response_is_lost_is_done_once() {
    let world = World::new().await;
    let credit = world.create(json!({"quantity": 1})).await;
    world.faults.on("TransactWriteItems").lose_response();
    assert_eq!(
        taken(consume(&world, "a", 0.4)).await["quantity"],
        json!(0.4)
    );
    assert_eq!(
        world.read(id(&credit)).await.body["quantity_available"],
        json!(0.6)
    );
    world.faults.on("TransactWriteItems").lose_response();
    assert_eq!(taken(release(&world, "a")).await["quantity"], json!(0.4));
    let after = world.read(id(&credit)).await.body;
    assert_eq!(
        (&after["quantity_available"], &after["sys_version"]),
        (&json!(1), &json!(3))
    );
    assert!(world.faults.all_happened());
}

/// DynamoDB's refusal of a whole transaction.
fn cancelled_by(code: &str) -> Answer {
    let refusal = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "message": "cancelled", "CancellationReasons": [{"Code": code}, {"Code": "None"}],
    });
    Answer {
        status: 400,
        body: refusal.to_string().into_bytes(),
        ..Answer::default()
    }
}

#[tokio::test]
async fn a_transaction_that_may_have_been_applied_is_not_said_to_be_refused() {
    let world = World::new().await;
    let created = world.create(json!({"quantity": 1})).await;
    for (code, version) in [("TransactionConflict", 3), ("ThrottlingError", 5)] {
        for request in [consume(&world, code, 1.0), release(&world, code)] {
            world.faults.on("TransactWriteItems").lose_response();
            let refusal = cancelled_by(code);
            world.faults.on("TransactWriteItems").answer(&refusal);
            let answer = request.send().await;
            let told = (answer.status, answer.code());
            assert_eq!(told, (503, "outcome-unknown"), "{code}: {}", answer.text);
        }
        let stored = world.read(id(&created)).await.body;
        let done = (&stored["quantity_available"], &stored["sys_version"]);
        assert_eq!(done, (&json!(1), &json!(version)));
    }
    assert!(world.faults.all_happened());
}

#[tokio::test]
async fn a_conflict_of_transactions_is_tried_again_and_a_lasting_one_is_a_conflict() {
    let world = World::new().await;
    world.create(json!({"quantity": 1})).await;
    let refusal = cancelled_by("TransactionConflict");
    world.faults.on("TransactWriteItems").answer(&refusal);
    assert_eq!(
        taken(consume(&world, "a", 0.4)).await["quantity"],
        json!(0.4)
    );
    world
        .faults
        .on("TransactWriteItems")
        .times(16)
        .answer(&refusal);
    world
        .refused(consume(&world, "b", 0.4), 409, "version-conflict")
        .await;
    assert!(world.faults.all_happened());
}

#[tokio::test]
async fn a_throttled_transaction_is_unavailable() {
    let world = World::new().await;
    world.create(json!({"quantity": 1})).await;
    for code in ["ThrottlingError", "ProvisionedThroughputExceeded"] {
        let refusal = cancelled_by(code);
        world.faults.on("TransactWriteItems").answer(&refusal);
        world
            .refused(consume(&world, "a", 0.5), 503, "unavailable")
            .await;
    }
    assert!(world.faults.all_happened());
}
