//! The cost of the sweep, by the capacity that the store reports.

use aws_sdk_dynamodb::types::AttributeValue;
use integration_tests::scale::cases;
use integration_tests::store::{Kind, kind};
use serde_json::json;

use super::Sweeping;

/// Returns the number of due credits. The table has eleven times as many credits.
fn due() -> usize {
    cases(400, 600, 2_000)
}

fn read_units(sweeping: &Sweeping) -> f64 {
    let recorder = sweeping.world.faults.recorder();
    let operations = ["Query", "GetItem", "BatchGetItem", "Scan"];
    operations
        .iter()
        .map(|operation| recorder.capacity_of(operation).total)
        .sum()
}

#[tokio::test]
async fn archiving_costs_five_units() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    sweeping.expiring("2026-01-31").await;
    sweeping.world.faults.recorder().clear();
    assert_eq!(sweeping.run(json!({})).await.archived, 1);
    let capacity = sweeping.world.faults.recorder().capacity_of("UpdateItem");
    assert_eq!((capacity.total, capacity.table), (5.0, 1.0));
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
            ("by_expiration", 2.0)
        ]
    );
}

#[tokio::test]
async fn a_tenant_with_nothing_to_do_costs_half_a_unit() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    sweeping.expiring("2026-06-30").await;
    sweeping.world.create(json!({})).await;
    sweeping.world.faults.recorder().clear();
    assert_eq!(sweeping.run(json!({})).await.examined, 0);
    // For a query without results DynamoDB counts half a unit, the local stores none.
    assert!(read_units(&sweeping) <= 0.5);
    assert_eq!(sweeping.world.faults.recorder().calls().len(), 1);
}

#[tokio::test]
async fn a_dry_run_reads_3_hundredths_of_a_unit_for_each_due_credit_and_writes_nothing() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    sweeping.due(due()).await;
    let dry_run = async || {
        sweeping.world.faults.recorder().clear();
        let report = sweeping.run(json!({"dry_run": true})).await;
        assert_eq!(report.archived, due() as u64);
        let recorder = sweeping.world.faults.recorder();
        assert_eq!(recorder.applied_writes(), 0);
        assert_eq!(recorder.capacity_of("UpdateItem").total, 0.0);
        read_units(&sweeping)
    };
    let alone = dry_run().await;
    assert!(alone <= 0.03 * due() as f64, "{alone}");
    if kind() == Kind::DynamoDbLocal {
        add_ten_times_as_many_that_are_not_due(&sweeping).await;
        let among_others = dry_run().await;
        assert!(
            (among_others / alone - 1.0).abs() <= 0.05,
            "{alone} {among_others}"
        );
    }
}

/// Creates credits that expire from today on, archived ones, and ones that never expire.
async fn add_ten_times_as_many_that_are_not_due(sweeping: &Sweeping) {
    let today = sweeping.expiring("2026-02-01").await;
    let done = json!({"expiration_date": "2026-01-31", "status": "archived"});
    let done = sweeping.world.create(done).await;
    let never = sweeping.world.create(json!({})).await;
    let later = [(
        "expiration_date",
        AttributeValue::S("2027-01-31".to_owned()),
    )];
    let of_each = 5 * due() / 2;
    sweeping.copies(&today, of_each, &[]).await;
    sweeping.copies(&today, of_each, &later).await;
    sweeping.copies(&done, of_each, &[]).await;
    sweeping.copies(&never, of_each, &[]).await;
}

#[tokio::test]
async fn a_run_reads_what_its_dry_run_reads() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    sweeping.due(200).await;
    sweeping.world.faults.recorder().clear();
    assert_eq!(sweeping.run(json!({})).await.archived, 200);
    // The entries here have 220 bytes, since the tests' tenant ids are long and in there twice; the
    // tenant's zone costs one unit more, however many are due.
    let recorder = sweeping.world.faults.recorder();
    let index = recorder.capacity_of("Query").total;
    assert!(index <= 0.03 * 200.0, "{index}");
    assert_eq!(read_units(&sweeping) - index, 1.0);
}
