//! The expiration sweep while the store is away.

use std::time::Duration;

use expiration_sweep::{CONCURRENCY, Report, STOP_MARGIN, Sweep};
use serde_json::json;
use shared::base::error::Error;
use shared::repository::store::client;
use shared::runtime::deadline::Deadline;
use shared::runtime::invocation::Invocation;
use tokio::time::timeout;

use super::{Outages, share_of};

/// The time of an invocation of the sweep, less the time that a test can wait.
const TIME: Duration = Duration::from_secs(60);

impl Outages {
    /// Sweeps the tenant, within the time of an invocation.
    async fn sweep(&self, time: Duration) -> Result<Report, Error> {
        let invocation = Invocation::new("request-1", Deadline::after(time));
        let sweep = Sweep::new(self.table.clone());
        let event = json!({"tenants": [self.api.tenant()]});
        let answer = timeout(time, sweep.handle(event, &invocation)).await;
        let answer = answer.expect("the sweep answers before its deadline")?;
        Ok(serde_json::from_value(answer).unwrap())
    }

    /// Creates credits that expired long ago.
    async fn due(&self, count: usize) {
        for _ in 0..count {
            let changes = json!({"expiration_date": "2020-01-31"});
            self.world.create(changes).await;
        }
    }

    async fn archived(&self) -> usize {
        let archived = self.partition("credits").await.into_iter();
        let archived = archived.filter(|item| {
            let status = item.get("status").and_then(|status| status.as_s().ok());
            status.is_some_and(|status| status == "archived")
        });
        archived.count()
    }
}

#[tokio::test]
async fn without_the_index_a_run_fails_and_the_next_one_archives() {
    let mut outages = Outages::new().await;
    outages.due(1).await;
    let before = outages.stored().await;
    outages.proxy.on_all().always().stall();
    let stalled = outages.sweep(TIME).await;
    outages.proxy.recover();
    outages.proxy.on_all().always().throttle();
    let throttled = outages.sweep(TIME).await;
    outages.proxy.refuse_connections().await;
    let refused = outages.sweep(TIME).await;
    for failure in [stalled, throttled, refused] {
        assert_eq!(failure.unwrap_err().code(), "unavailable");
    }
    assert_eq!(outages.stored().await, before);

    outages.proxy.recover();
    let report = outages.sweep(TIME).await.unwrap();
    assert_eq!((report.archived, outages.archived().await), (1, 1));
}

#[tokio::test]
async fn what_cannot_be_archived_is_counted_as_failed_and_is_as_it_was() {
    let mut outages = Outages::new().await;
    outages.due(3).await;
    let before = outages.stored().await;
    outages.proxy.on("UpdateItem").always().stall();
    let stalled = outages.sweep(TIME).await.unwrap();
    outages.proxy.recover();
    outages.proxy.on("UpdateItem").always().throttle();
    let throttled = outages.sweep(TIME).await.unwrap();
    for report in [stalled, throttled] {
        assert_eq!((report.failed, report.archived), (3, 0));
    }
    assert_eq!(outages.stored().await, before);

    outages.proxy.recover();
    let report = outages.sweep(TIME).await.unwrap();
    assert_eq!((report.archived, outages.archived().await), (3, 3));
}

#[tokio::test]
async fn a_run_that_meets_a_stalled_store_begins_nothing_that_it_cannot_end() {
    let outages = Outages::new().await;
    outages.due(CONCURRENCY + 1).await;
    outages.proxy.on("UpdateItem").always().stall();
    // Enough time to begin a write, but less than the first writes take to fail.
    let time = STOP_MARGIN + share_of(client::ATTEMPT_TIMEOUT);
    let report = outages.sweep(time).await.unwrap();
    assert_eq!(report.failed, u64::try_from(CONCURRENCY).unwrap());
    assert!(report.continuation.is_some() && !report.complete);
    assert_eq!(outages.archived().await, 0);
}

#[tokio::test]
async fn a_run_without_time_begins_nothing() {
    let outages = Outages::new().await;
    outages.due(1).await;
    let report = outages.sweep(Duration::from_secs(2)).await.unwrap();
    assert!(report.continuation.is_some() && !report.complete);
    assert!(outages.proxy.recorder().calls().is_empty());
}

#[tokio::test]
async fn one_fault_is_one_archival_and_one_version() {
    let outages = Outages::new().await;
    outages.due(1).await;
    outages.proxy.on("UpdateItem").throttle();
    outages.proxy.on("UpdateItem").lose_response();
    let report = outages.sweep(TIME).await.unwrap();
    assert!(outages.proxy.all_happened());
    assert_eq!((report.archived, report.failed), (1, 0));
    assert_eq!(outages.proxy.recorder().applied_writes(), 1);
    let items = outages.partition("credits").await;
    assert_eq!(items[0]["sys_version"].as_n().unwrap(), "2");
}
