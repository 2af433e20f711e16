//! The cost of each operation, by the capacity that the store reports.

use integration_tests::store::{Kind, kind};
use serde_json::{Value, json};

use super::{World, id, path};

const CONSUME: &str = "/credits/{tenant}/contact/ada/consume";

/// Returns a credit with a contact, one source and an expiration date.
async fn world_with_credit() -> (World, Value) {
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
    world.patched(&created, &operations).await;
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

/// Returns the units of each call to an operation, in order.
fn units(world: &World, operation: &str) -> Vec<f64> {
    let calls = world.faults.recorder().calls_to(operation);
    calls.iter().map(|call| call.capacity().total).collect()
}

/// Takes all of so many credits of 2.5.
async fn take_all_of(world: &World, credits: u32) {
    let quantity = 2.5 * f64::from(credits);
    let order = json!({"application_id": "renewal", "quantity": quantity});
    let taken = world.api.post(CONSUME).json(&order).send().await;
    assert_eq!(taken.status, 200, "{}", taken.text);
}

/// A transaction costs twice what its writes cost: here the receipt, the credit, and two indexes.
fn assert_transaction_of_one_credit(world: &World) {
    let capacity = world.faults.recorder().capacity_of("TransactWriteItems");
    match kind() {
        Kind::DynamoDbLocal => assert_eq!(capacity.total, 8.0),
        // It counts the indexes of a transaction once.
        Kind::Embedded => assert_eq!((capacity.table, capacity.total), (4.0, 6.0)),
    }
}

async fn give_back(world: &World) {
    let release = world.api.delete(&format!("{CONSUME}/renewal"));
    assert_eq!(release.send().await.status, 200);
}

#[tokio::test]
async fn an_order_that_takes_one_credit_costs_three_and_a_half_units_to_read_and_eight_to_write() {
    let (world, _) = world_with_credit().await;
    world.faults.recorder().clear();
    take_all_of(&world, 1).await;
    // The receipt, the tenant's time zone, and the credit.
    assert_eq!(units(&world, "GetItem"), [1.0; 3]);
    assert_eq!(units(&world, "Query"), [0.5]);
    assert_transaction_of_one_credit(&world);
    assert_eq!(world.faults.recorder().calls().len(), 5);
}

#[tokio::test]
async fn a_release_of_one_credit_costs_two_units_to_read_and_eight_to_write() {
    let (world, _) = world_with_credit().await;
    take_all_of(&world, 1).await;
    world.faults.recorder().clear();
    give_back(&world).await;
    assert_eq!(units(&world, "GetItem"), [1.0; 2]);
    assert_transaction_of_one_credit(&world);
    assert_eq!(world.faults.recorder().calls().len(), 3);
}

#[tokio::test]
async fn each_further_credit_costs_an_order_and_a_release_one_unit_to_read() {
    let (world, _) = world_with_credit().await;
    for _ in 0..2 {
        world.create(json!({"expiration_date": "2030-01-01"})).await;
    }
    world.faults.recorder().clear();
    take_all_of(&world, 3).await;
    assert_eq!(units(&world, "GetItem"), [1.0; 5]);
    give_back(&world).await;
    assert_eq!(units(&world, "GetItem"), [1.0; 9]);
    // DynamoDB Local reports the same units for any number of credits, and the embedded store
    // counts each index once. So only the table's units on the embedded store are checked.
    if kind() == Kind::Embedded {
        let transactions = world.faults.recorder().calls_to("TransactWriteItems");
        for transaction in transactions {
            assert_eq!(transaction.capacity().table, 8.0);
        }
    }
}

#[tokio::test]
async fn a_list_and_a_search_cost_half_a_unit_for_each_4_kb() {
    let (world, created) = world_with_credit().await;
    let more = world.create(json!({})).await;
    let ids = json!({"ids": [id(&created), id(&more)]});
    let search = |body: Value| world.api.post("/credits/{tenant}/search").json(&body);
    for (request, operation, expected) in [
        (world.api.get("/credits/{tenant}"), "Query", 0.5),
        (search(json!({"contact_id": ["ada"]})), "Query", 0.5),
        // Each record by itself.
        (search(ids), "BatchGetItem", 1.0),
    ] {
        world.faults.recorder().clear();
        let answer = request.send().await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(units(&world, operation), [expected]);
        assert_eq!(world.faults.recorder().calls().len(), 1);
    }
}
