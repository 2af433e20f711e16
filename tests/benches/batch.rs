//! Compares 100 creates in one batch with 100 requests, over a store whose answers take 5 ms
//! longer. Both alternate in one run, so that the ratio is meaningful on a busy machine.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a benchmark that cannot do its part has to fail"
)]

use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use integration_tests::api::Api;
use integration_tests::latency::Latency;
use integration_tests::store::{store, tenant};
use serde_json::{Value, json};
use shared::http::function::Function;
use shared::http::state::AppState;
use shared::repository::{Table, client};

const ROUNDS: usize = 7;
const CREATES: usize = 100;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let store = store().await;
    let distant = Latency::of(Duration::from_millis(5));
    let config = client::bounded(store.config()).http_client(distant).build();
    let table = Table::new(Client::from_conf(config), store.table);
    let api = Api::new(
        Function::new(credits::router(AppState::new(table))),
        tenant(),
    );
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let (single, batch) = (singles(&api).await, batch(&api).await);
        let ratio = batch.as_secs_f64() / single.as_secs_f64();
        println!("100 requests {single:?}, one batch {batch:?}, ratio {ratio:.3}");
        ratios.push(ratio);
    }
    ratios.sort_by(f64::total_cmp);
    println!("median ratio {:.3}", ratios.get(ROUNDS / 2).unwrap());
}

async fn singles(api: &Api) -> Duration {
    let started = Instant::now();
    for _ in 0..CREATES {
        let answer = api.post("/credits/{tenant}").json(&credit()).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    started.elapsed()
}

async fn batch(api: &Api) -> Duration {
    let create = json!({"operation": "create", "object": credit()});
    let batch = json!({"operations": vec![create; CREATES]});
    let started = Instant::now();
    let answer = api
        .post("/credits/{tenant}/batch")
        .json(&batch)
        .send()
        .await;
    assert_eq!(answer.body["success_count"], CREATES, "{}", answer.text);
    started.elapsed()
}

fn credit() -> Value {
    json!({
        "type_id": "ceu", "origin": "legacy system", "contact_id": "ada", "date": "2026-03-14",
        "quantity": 1, "expiration_date": "2030-12-31",
    })
}
