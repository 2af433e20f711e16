//! What each operation costs, as the store itself says.

use integration_tests::store::{Kind, kind};
use serde_json::json;

use super::{World, id, path};

/// A credit with a contact, one source and an expiration date.
async fn world_with_credit() -> (World, serde_json::Value) {
    let world = World::new().await;
    let created = world.create(json!({"expiration_date": "2030-01-01"})).await;
    (world, created)
}

#[tokio::test]
async fn a_create_costs_one_unit_and_one_for_each_index_it_enters() {
    let (world, _) = world_with_credit().await;
    let capacity = world.faults.recorder().capacity_of("PutItem");
    assert_eq!((capacity.total, capacity.table), (4.0, 1.0));
    let indexes: Vec<_> = capacity
        .indexes
        .iter()
        .map(|(name, units)| (name.as_str(), *units))
        .collect();
    assert_eq!(
        indexes,
        [
            ("by_activity", 1.0),
            ("by_contact", 1.0),
            ("by_expiration", 1.0)
        ]
    );
    assert_eq!(world.faults.recorder().calls().len(), 1);
}

#[tokio::test]
async fn a_read_costs_half_a_unit_and_a_consistent_one_a_whole() {
    let (world, created) = world_with_credit().await;
    world.faults.recorder().clear();
    world.api.get(&path(&created)).send().await;
    assert_eq!(world.faults.recorder().capacity_of("GetItem").total, 0.5);
    world.faults.recorder().clear();
    world.read(id(&created)).await;
    assert_eq!(world.faults.recorder().capacity_of("GetItem").total, 1.0);
}

#[tokio::test]
async fn a_patch_of_a_field_in_no_index_key_costs_one_unit_to_read_and_three_to_write() {
    let (world, created) = world_with_credit().await;
    world.faults.recorder().clear();
    let operations = json!([{"op": "add", "path": "/notes", "value": "n"}]);
    assert_eq!(
        world
            .api
            .patch(&path(&created))
            .json_patch(&operations)
            .send()
            .await
            .status,
        200
    );
    assert_eq!(world.faults.recorder().capacity_of("GetItem").total, 1.0);
    assert_eq!(world.faults.recorder().capacity_of("PutItem").total, 3.0);
    assert_eq!(world.faults.recorder().calls().len(), 2);
}

#[tokio::test]
async fn a_delete_costs_one_unit_to_read_and_four_to_write() {
    let (world, created) = world_with_credit().await;
    world.faults.recorder().clear();
    assert_eq!(world.api.delete(&path(&created)).send().await.status, 200);
    assert_eq!(world.faults.recorder().capacity_of("GetItem").total, 1.0);
    assert_eq!(world.faults.recorder().capacity_of("PutItem").total, 4.0);
    assert_eq!(world.faults.recorder().calls().len(), 2);
}

#[tokio::test]
async fn a_look_up_costs_what_its_own_credits_weigh_while_other_data_grows_tenfold() {
    let world = World::new().await;
    for _ in 0..10 {
        world.create(json!({"notes": "x".repeat(1000)})).await;
    }
    let look_up = async || {
        world.faults.recorder().clear();
        let answer = world.api.get("/credits/{tenant}/contact/ada").send().await;
        assert_eq!(answer.body["Count"], 10);
        world.faults.recorder().capacity_of("Query").total
    };
    let alone = look_up().await;
    // Ten credits of 1.6 to 2 KB each, in steps of 4 KB, at half a unit a step.
    assert!((2.0..=2.5).contains(&alone), "{alone}");
    for _ in 0..100 {
        world
            .create(json!({"contact_id": "somebody-else", "notes": "x".repeat(1000)}))
            .await;
    }
    if kind() == Kind::DynamoDbLocal {
        assert_eq!(look_up().await, alone);
    }
}
