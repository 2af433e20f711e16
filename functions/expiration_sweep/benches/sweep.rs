//! Measures the speed and the memory of the sweep on a store that answers after 5 ms. Targets: at
//! least 8 times the credits per second of one at a time; 100,000 credits within 8 MB.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that cannot run, or misses its target, has to say so"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::{Client, Config};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use expiration_sweep::{CONCURRENCY, Report, Sweep, SweepRequest};
use serde_json::{Value, json};
use shared::repository::{Table, client};
use shared::runtime::deadline::Deadline;
use shared::runtime::invocation::Invocation;

const LATENCY: Duration = Duration::from_millis(5);
const AT_LEAST_TIMES: f64 = 8.0;
const MANY: usize = 100_000;
const MOST_KB: u64 = 8 * 1024;

fn main() {
    let grown_kb = growth_kb();
    println!("{MANY} credits: memory grew by {grown_kb} KB at most");
    let one = speed(1, 400);
    let many = speed(CONCURRENCY, 12_800);
    println!("1 at a time: {one:.0} credits a second");
    println!(
        "{CONCURRENCY} at a time: {many:.0}, {:.1} times as many",
        many / one
    );
    if many < AT_LEAST_TIMES * one || grown_kb >= MOST_KB {
        panic!("a target is missed");
    }
}

fn speed(concurrency: usize, due: usize) -> f64 {
    let started = Instant::now();
    let report = run(concurrency, due, LATENCY);
    assert_eq!(report.archived, due as u64);
    due as f64 / started.elapsed().as_secs_f64()
}

/// Returns the growth of the process's peak with 100,000 credits, after a few to warm up.
fn growth_kb() -> u64 {
    run(CONCURRENCY, 100, Duration::ZERO);
    let before = peak_kb();
    assert_eq!(run(CONCURRENCY, MANY, Duration::ZERO).archived, MANY as u64);
    peak_kb() - before
}

/// Returns `VmHWM` of Linux; 0 on other systems.
fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kb = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kb.and_then(|kb| kb.parse().ok()).unwrap_or_default()
}

fn run(concurrency: usize, due: usize, latency: Duration) -> Report {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime starts").block_on(async {
        let store = Store { due, latency };
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("local"))
            .credentials_provider(Credentials::new("local", "local", None, None, "bench"))
            .endpoint_url("http://127.0.0.1:9")
            .http_client(store);
        let client = Client::from_conf(client::bounded(config).build());
        let sweep = Sweep::new(Table::new(client, "bench")).with_concurrency(concurrency);
        let tenant = "demo.example".to_owned().try_into().expect("a tenant's id");
        let request = SweepRequest {
            tenants: Some(vec![tenant]),
            ..SweepRequest::default()
        };
        let invocation = Invocation::new("bench", Deadline::NONE);
        let finished = sweep.run(&request, &invocation).await;
        finished.expect("the store answers").report
    })
}

/// Answers every query with the next due credits, and every write with success.
#[derive(Clone, Debug)]
struct Store {
    due: usize,
    latency: Duration,
}

impl HttpClient for Store {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector(Arc::new(self.clone())))
    }
}

#[derive(Clone, Debug)]
struct Connector(Arc<Store>);

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let store = Arc::clone(&self.0);
        HttpConnectorFuture::new(async move {
            tokio::time::sleep(store.latency).await;
            let is_query = request
                .headers()
                .get("x-amz-target")
                .is_some_and(|target| target.ends_with(".Query"));
            let answer = match is_query {
                true => store.page(request.body().bytes().unwrap_or_default()),
                false => json!({}),
            };
            let status = 200.try_into().expect("a status");
            Ok(HttpResponse::new(status, SdkBody::from(answer.to_string())))
        })
    }
}

impl Store {
    fn page(&self, query: &[u8]) -> Value {
        let query: Value = serde_json::from_slice(query).unwrap_or_default();
        let after = query.pointer("/ExclusiveStartKey/id/S");
        let first = after.and_then(number).map_or(0, |last| last + 1);
        let limit = query.get("Limit").and_then(Value::as_u64).unwrap_or(1);
        let end = self.due.min(first + limit as usize);
        let items: Vec<_> = (first..end).map(entry).collect();
        match end < self.due {
            true => json!({"Items": items, "LastEvaluatedKey": entry(end - 1)}),
            false => json!({"Items": items}),
        }
    }
}

fn number(id: &Value) -> Option<usize> {
    id.as_str()?.parse().ok()
}

fn entry(number: usize) -> Value {
    json!({"id": {"S": format!("{number:036}")}, "expiration_date": {"S": "2020-01-31"}})
}
