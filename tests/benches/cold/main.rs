//! What a start of the functions costs, under AWS's runtime interface emulator: `make bench-cold`.
//!
//! Time is noisy on a shared machine, so it is printed and judged by the reader; what does not depend
//! on time (memory, sizes) must meet its target.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot do its part has to fail"
)]

mod process;
mod size;
mod soak;
mod start;
mod target;
mod tls;

use std::process::ExitCode;

use integration_tests::events::Scene;

#[tokio::main]
async fn main() -> ExitCode {
    let scene = Scene::new().await;
    let mut targets = start::measure(&scene);
    targets.extend(size::measure());
    targets.extend(tls::measure(&scene).await);
    targets.extend(soak::measure(&scene));
    println!();
    targets.iter().for_each(|target| println!("{target}"));
    match targets.iter().any(target::Target::is_broken) {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}

/// The functions that are shipped, and an event for each.
const FUNCTIONS: [(&str, &str); 4] = [
    ("credits", "credits/get_credit"),
    ("expiration_rule_sets", "expiration_rule_sets/get_rule_set"),
    ("authorizer", "authorizer/authorize"),
    ("expiration_sweep", "expiration_sweep/plan"),
];

/// The least that a function on DynamoDB can be.
const BARE: &str = "bare_function";

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
