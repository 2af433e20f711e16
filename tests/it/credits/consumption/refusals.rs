//! Orders that are refused.

use integration_tests::bulk;
use integration_tests::store::store;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::base::clock::Clock;
use shared::model::limits::MAX_RECORD_BYTES;

use super::super::{World, credit, id};
use super::{consume, create_many, order, taken};

#[tokio::test]
async fn what_is_expired_locked_rejected_or_of_another_type_is_left_alone() {
    let world = World::new().await;
    for changes in [
        json!({"expiration_date": "2020-01-01"}),
        json!({"status": "rejected"}),
        json!({"status": "archived"}),
        json!({"sys_locked": true}),
        json!({"type_id": "other"}),
        json!({"contact_id": "bob"}),
        json!({"usages": [{"application_id": "x", "quantity": 2.5}]}),
    ] {
        world.create(changes).await;
    }
    let request = order(
        &world,
        &json!({"application_id": "a", "quantity": 0.01, "type_ids": ["ceu"]}),
    );
    let refusal = world.refused(request, 409, "insufficient-credits").await;
    assert_eq!(
        refusal.body["detail"],
        "only 0 of the contact's credits can be used"
    );
    world.create(json!({"quantity": 2})).await;
    let request = order(
        &world,
        &json!({"application_id": "a", "quantity": 2.01, "type_ids": ["ceu"]}),
    );
    let refusal = world.refused(request, 409, "insufficient-credits").await;
    assert_eq!(
        refusal.body["detail"],
        "only 2 of the contact's credits can be used"
    );
}

#[tokio::test]
async fn malformed_orders_are_refused_with_the_place_of_the_fault() {
    let noon: Timestamp = "2026-06-15T12:00:00Z".parse().unwrap();
    let world = World::with_clock(Clock::from_fn(move || noon)).await;
    for (body, pointers) in [
        (json!({}), vec!["/application_id", "/quantity"]),
        (
            json!({"application_id": "a", "quantity": 0}),
            vec!["/quantity"],
        ),
        (
            json!({"application_id": "a", "quantity": "1"}),
            vec!["/quantity"],
        ),
        (
            json!({"application_id": "a#b", "quantity": 1}),
            vec!["/application_id"],
        ),
        (
            json!({"application_id": "a", "quantity": 1, "type_ids": [""]}),
            vec!["/type_ids/0"],
        ),
        (
            json!({"application_id": "a", "quantity": 1, "type_ids": vec!["t"; 101]}),
            vec!["/type_ids"],
        ),
        (
            json!({"application_id": "a", "quantity": 1, "as_of": "2026-06-16"}),
            vec!["/as_of"],
        ),
        (
            json!({"application_id": "a", "quantity": 1, "colour": 1}),
            vec!["/colour"],
        ),
    ] {
        let refusal = world
            .refused(order(&world, &body), 400, "validation-failed")
            .await;
        assert_eq!(refusal.pointers(), pointers);
    }
}

#[tokio::test]
async fn more_credits_than_a_transaction_holds_are_too_many() {
    let world = World::new().await;
    create_many(&world, json!({"quantity": 0.01}), 100).await;
    world.faults.recorder().clear();
    world
        .refused(consume(&world, "a", 1.0), 409, "too-many-credits")
        .await;
    assert!(world.faults.recorder().calls_to("GetItem").len() <= 102);
    assert_eq!(
        taken(consume(&world, "a", 0.99)).await["allocations"]
            .as_array()
            .unwrap()
            .len(),
        99
    );
}

#[tokio::test]
async fn an_application_that_no_path_could_name_is_refused() {
    let world = World::new().await;
    world.create(json!({"quantity": 1})).await;
    for application in [".", "..", "a ", " "] {
        let refusal = world
            .refused(consume(&world, application, 0.1), 400, "validation-failed")
            .await;
        assert_eq!(refusal.pointers(), ["/application_id"]);
    }
}

/// Stores credits of 350 KB.
fn heavy(count: usize) -> Vec<Value> {
    let notes = "x".repeat(350 * 1000);
    let credit = |at: usize| {
        credit(json!({
            "id": format!("c-{at}"), "notes": notes, "quantity": 1, "quantity_used": 0,
            "quantity_available": 1, "sys_version": 1,
        }))
    };
    (0..count).map(credit).collect()
}

#[tokio::test]
async fn a_contact_with_more_credits_than_an_order_looks_through_is_refused() {
    let world = World::new().await;
    bulk::write_credits(&store().await, world.api.tenant(), &heavy(24)).await;
    world.faults.recorder().clear();
    let refusal = world
        .refused(consume(&world, "a", 1.0), 409, "too-many-credits")
        .await;
    let detail = refusal.body["detail"].as_str().unwrap();
    assert!(detail.contains("4 MB"), "{detail}");
    // 4 MB, and one page of 1 MB more, at half a unit for each 4 KB.
    let units = world.faults.recorder().capacity_of("Query").total;
    assert!(units <= 640.0, "{units}");
}

#[tokio::test]
async fn an_order_for_a_tenant_whose_time_zone_is_not_known_is_refused() {
    let world = World::new().await;
    world.create(json!({"quantity": 1})).await;
    world.set("time_zone", "Mars/Olympus").await;
    let past = json!({"application_id": "a", "quantity": 1, "as_of": "2026-01-01"});
    for request in [consume(&world, "a", 1.0), order(&world, &past)] {
        let refusal = world.refused(request, 409, "unknown-time-zone").await;
        let detail = refusal.body["detail"].as_str().unwrap();
        assert!(detail.contains("Mars/Olympus"), "{detail}");
    }
}

#[tokio::test]
async fn an_order_that_needs_a_credit_at_the_limit_of_records_names_the_credit() {
    let world = World::new().await;
    let created = world.create(json!({"notes": "x"})).await;
    // Room for what a patch changes, and not for a usage.
    let notes = "x".repeat(MAX_RECORD_BYTES - created.to_string().len() - 20);
    let operations = json!([{"op": "replace", "path": "/notes", "value": notes}]);
    world.patched(&created, &operations).await;
    let refusal = world
        .refused(consume(&world, "a", 1.0), 409, "credit-full")
        .await;
    let detail = refusal.body["detail"].as_str().unwrap();
    assert!(detail.contains(id(&created)), "{detail}");
}
