//! The expiration sweep on a real table, at a time that the test chooses.

mod capacity;
mod days;
mod faults;
mod once;
mod reports;
mod state_machine;
mod step_functions;

use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use expiration_sweep::{Report, Sweep};
use integration_tests::policy::SWEEP;
use integration_tests::store::store;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::base::clock::Clock;
use shared::base::error::Error;
use shared::runtime::deadline::Deadline;
use shared::runtime::invocation::Invocation;
use uuid::Uuid;

use crate::world::World;

/// The limit of BatchWriteItem.
const BATCH: usize = 25;

/// A world with a clock that only the test moves, and the sweep of its table.
pub(crate) struct Sweeping {
    pub(crate) world: World,
    pub(crate) sweep: Sweep,
    now: Arc<Mutex<Timestamp>>,
}

impl Sweeping {
    /// Makes a world at a moment such as `2026-03-01T00:00:00Z`.
    pub(crate) async fn at(now: &str) -> Self {
        let now = Arc::new(Mutex::new(now.parse().unwrap()));
        let told = Arc::clone(&now);
        let clock = Clock::from_fn(move || *told.lock().unwrap());
        let world = World::with_clock(clock.clone()).await;
        let sweep = Sweep::new(world.table_of(SWEEP)).with_clock(clock);
        Self { world, sweep, now }
    }

    pub(crate) fn move_to(&self, now: Timestamp) {
        *self.now.lock().unwrap() = now;
    }

    pub(crate) fn tenant(&self) -> &str {
        self.world.api.tenant()
    }

    /// Sends an event for this tenant.
    pub(crate) async fn try_run(&self, mut event: Value) -> Result<Value, Error> {
        event["tenants"] = json!([self.tenant()]);
        self.sweep.handle(event, &invocation()).await
    }

    /// Sends an event for this tenant that must succeed.
    pub(crate) async fn run(&self, event: Value) -> Report {
        let answer = self.try_run(event).await.unwrap();
        serde_json::from_value(answer).unwrap()
    }

    /// Creates a credit with that last valid day.
    pub(crate) async fn expiring(&self, expiration_date: &str) -> Value {
        let changes = json!({"expiration_date": expiration_date});
        self.world.create(changes).await
    }

    /// Copies a credit's item so often, each with `changes` over it, into no index but that of
    /// expiration; answers the ids.
    pub(crate) async fn copies(
        &self,
        credit: &Value,
        count: usize,
        changes: &[(&str, AttributeValue)],
    ) -> Vec<String> {
        let mut item = self.world.item(credit["id"].as_str().unwrap()).await;
        item.retain(|name, _| name != "contact_id" && name != "activity_id");
        let changes = changes.iter().cloned();
        item.extend(changes.map(|(name, value)| (name.to_owned(), value)));
        let ids: Vec<_> = (0..count).map(|_| Uuid::new_v4().to_string()).collect();
        let store = store().await;
        for batch in ids.chunks(BATCH) {
            let requests = batch.iter().map(|id| {
                let mut copy = item.clone();
                copy.insert("id".to_owned(), AttributeValue::S(id.clone()));
                copy.insert("sk".to_owned(), AttributeValue::S(id.clone()));
                let put = PutRequest::builder().set_item(Some(copy)).build().unwrap();
                WriteRequest::builder().put_request(put).build()
            });
            let write = store.client.batch_write_item();
            let write = write.request_items(&store.table, requests.collect());
            let answer = write.send().await.unwrap();
            assert!(answer.unprocessed_items.unwrap_or_default().is_empty());
        }
        ids
    }

    /// Creates `due` credits that expired in January 2026.
    pub(crate) async fn due(&self, due: usize) -> Vec<String> {
        let first = self.expiring("2026-01-31").await;
        let mut ids = self.copies(&first, due - 1, &[]).await;
        ids.push(first["id"].as_str().unwrap().to_owned());
        ids
    }

    /// Returns the versions of the archived credits.
    pub(crate) async fn archived_versions(&self) -> Vec<u64> {
        let mut versions = Vec::new();
        let mut path = "/credits/{tenant}?fields=status,sys_version&limit=1000".to_owned();
        loop {
            let page = self.world.api.get(&path).send().await;
            let credits = page.body.as_array().unwrap().clone();
            let archived = credits
                .iter()
                .filter(|credit| credit["status"] == "archived");
            versions.extend(archived.map(|credit| credit["sys_version"].as_u64().unwrap()));
            let Some(cursor) = page.header("x-last-evaluated-key") else {
                return versions;
            };
            path = format!(
                "/credits/{{tenant}}?fields=status,sys_version&limit=1000&exclusiveStartKey={cursor}"
            );
        }
    }

    /// Returns a credit's status and version, as the API answers them.
    pub(crate) async fn state_of(&self, id: &str) -> (Value, Value) {
        let mut body = self.world.read(id).await.body;
        (body["status"].take(), body["sys_version"].take())
    }
}

pub(crate) fn invocation() -> Invocation {
    Invocation::new("request-1", Deadline::NONE)
}
