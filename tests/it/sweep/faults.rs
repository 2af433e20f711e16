//! Changes between the page and the write of the sweep, and faults of the store.

use aws_sdk_dynamodb::types::AttributeValue;
use expiration_sweep::SweepRequest;
use integration_tests::store::store;
use serde_json::{Value, json};

use super::Sweeping;

fn path(credit: &Value) -> String {
    format!("/credits/{{tenant}}/{}", id(credit))
}

fn id(credit: &Value) -> &str {
    credit["id"].as_str().unwrap()
}

/// Puts an attribute directly into an item.
async fn break_item(sweeping: &Sweeping, credit: &Value, name: &str, value: AttributeValue) {
    let store = store().await;
    let mut item = sweeping.world.item(id(credit)).await;
    item.insert(name.to_owned(), value);
    let put = store.client.put_item().table_name(&store.table);
    put.set_item(Some(item)).send().await.unwrap();
}

#[tokio::test]
async fn a_credit_extended_between_page_and_act_stays_alive() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    let credit = sweeping.expiring("2026-01-31").await;
    let (api, target) = (sweeping.world.api.clone(), path(&credit));
    sweeping
        .world
        .faults
        .on("UpdateItem")
        .run_first(async move {
            let later =
                json!([{"op": "replace", "path": "/expiration_date", "value": "2026-06-30"}]);
            let extended = api.patch(&target).json_patch(&later).send().await;
            assert_eq!(extended.status, 200);
        });
    let report = sweeping.run(json!({})).await;
    assert_eq!((report.archived, report.already), (0, 1));
    assert!(sweeping.world.faults.all_happened());
    let (status, version) = sweeping.state_of(id(&credit)).await;
    assert_eq!((status, version), (Value::Null, json!(2)));
}

#[tokio::test]
async fn a_credit_deleted_between_page_and_act_stays_deleted() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    let credit = sweeping.expiring("2026-01-31").await;
    let (api, target) = (sweeping.world.api.clone(), path(&credit));
    sweeping
        .world
        .faults
        .on("UpdateItem")
        .run_first(async move {
            assert_eq!(api.delete(&target).send().await.status, 200);
        });
    let report = sweeping.run(json!({})).await;
    assert_eq!((report.archived, report.already), (0, 1));
    assert_eq!(sweeping.world.read(id(&credit)).await.status, 404);
}

#[tokio::test]
async fn a_stale_index_page_archives_nothing_wrongly() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    let dates = ["2026-01-28", "2026-01-29", "2026-01-30", "2026-01-31"];
    let mut credits = Vec::new();
    for date in dates {
        credits.push(sweeping.expiring(date).await);
    }
    sweeping.run(json!({"dry_run": true})).await;
    let stale = sweeping.world.faults.recorder().last_answer_to("Query");
    // After the page: one is extended, one locked, one deleted, and one unchanged.
    let extended = json!([{"op": "replace", "path": "/expiration_date", "value": "2026-06-30"}]);
    let locked = json!([{"op": "add", "path": "/sys_locked", "value": true}]);
    for (credit, operations) in [(&credits[0], extended), (&credits[1], locked)] {
        let api = &sweeping.world.api;
        let patched = api
            .patch(&path(credit))
            .json_patch(&operations)
            .send()
            .await;
        assert_eq!(patched.status, 200, "{}", patched.text);
    }
    sweeping.world.api.delete(&path(&credits[2])).send().await;
    sweeping.world.faults.on("Query").answer(&stale);
    let report = sweeping.run(json!({})).await;
    assert!(sweeping.world.faults.all_happened());
    let counts = (
        report.archived,
        report.already,
        report.locked,
        report.failed,
    );
    assert_eq!(counts, (1, 2, 1, 0));
    let mut states = Vec::new();
    for credit in [&credits[0], &credits[1], &credits[3]] {
        states.push(sweeping.state_of(id(credit)).await);
    }
    let expected = [
        (Value::Null, json!(2)),
        (Value::Null, json!(2)),
        (json!("archived"), json!(2)),
    ];
    assert_eq!(states, expected);
    assert_eq!(sweeping.world.read(id(&credits[2])).await.status, 404);
}

#[tokio::test]
async fn a_lost_response_is_one_archival_and_one_version() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    let credit = sweeping.expiring("2026-01-31").await;
    sweeping.world.faults.on("UpdateItem").lose_response();
    let report = sweeping.run(json!({})).await;
    assert!(sweeping.world.faults.all_happened());
    assert_eq!((report.archived, report.already), (1, 0));
    let (status, version) = sweeping.state_of(id(&credit)).await;
    assert_eq!((status, version), (json!("archived"), json!(2)));
}

#[tokio::test]
async fn a_lost_response_is_recognised_behind_another_writer() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    let credit = sweeping.expiring("2026-01-31").await;
    let (api, target) = (sweeping.world.api.clone(), path(&credit));
    sweeping
        .world
        .faults
        .on("UpdateItem")
        .lose_response_then(async move {
            let note = json!([{"op": "add", "path": "/notes", "value": "n"}]);
            assert_eq!(
                api.patch(&target).json_patch(&note).send().await.status,
                200
            );
        });
    let report = sweeping.run(json!({})).await;
    assert_eq!((report.archived, report.already), (1, 0));
    let (status, version) = sweeping.state_of(id(&credit)).await;
    assert_eq!((status, version), (json!("archived"), json!(3)));
}

#[tokio::test]
async fn a_locked_credit_is_counted_and_untouched() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    let changes = json!({"expiration_date": "2026-01-31", "sys_locked": true});
    let credit = sweeping.world.create(changes).await;
    let writes = sweeping.world.faults.recorder().applied_writes();
    let report = sweeping.run(json!({})).await;
    assert_eq!((report.examined, report.locked, report.archived), (1, 1, 0));
    assert_eq!(sweeping.world.faults.recorder().applied_writes(), writes);
    assert_eq!(sweeping.world.read(id(&credit)).await.body, credit);
}

#[tokio::test]
async fn poison_items_are_counted_as_failed_and_do_not_stop_the_rest() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    let broken = [
        ("sys_version", AttributeValue::S("two".to_owned())),
        ("last_write_ids", AttributeValue::S("none".to_owned())),
        ("grace_ends", AttributeValue::N("5".to_owned())),
        (
            "expiration_date",
            AttributeValue::S("2026-01-99".to_owned()),
        ),
    ];
    for (name, value) in broken {
        let credit = sweeping.expiring("2026-01-30").await;
        break_item(&sweeping, &credit, name, value).await;
    }
    let good = sweeping.expiring("2026-01-31").await;
    let report = sweeping.run(json!({})).await;
    assert_eq!((report.examined, report.failed, report.archived), (5, 4, 1));
    assert!(report.complete);
    let (status, _) = sweeping.state_of(id(&good)).await;
    assert_eq!(status, "archived");
}

#[tokio::test]
async fn one_throttle_is_waited_out_and_a_lasting_one_is_a_failure_of_that_credit() {
    let sweeping = Sweeping::at("2026-02-04T00:00:00Z").await;
    sweeping.expiring("2026-01-31").await;
    sweeping.world.faults.on("UpdateItem").times(3).throttle();
    let request = SweepRequest {
        tenants: Some(vec![sweeping.tenant().to_owned().try_into().unwrap()]),
        ..SweepRequest::default()
    };
    let finished = sweeping.sweep.run(&request, &super::invocation()).await;
    let finished = finished.unwrap();
    assert_eq!((finished.report.failed, finished.report.archived), (1, 0));
    // The credit is due since the first of February, so it is three days late on the fourth.
    assert_eq!(finished.lag_days, 3);
    sweeping.world.faults.on("UpdateItem").throttle();
    assert_eq!(sweeping.run(json!({})).await.archived, 1);
}

#[tokio::test]
async fn when_the_index_cannot_be_read_the_run_fails_as_a_whole() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    sweeping.world.faults.on("Query").times(3).throttle();
    let error = sweeping.try_run(json!({})).await.unwrap_err();
    assert_eq!(error.code(), "unavailable");
}
