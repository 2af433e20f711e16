//! Measures starts of the functions under AWS's runtime interface emulator: `make bench-cold`.
//!
//! Times are noisy on a shared machine, so they are printed for the reader to judge. Memory and
//! sizes must meet their targets.

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

/// The deployed functions, and an event for each.
const FUNCTIONS: [(&str, &str); 4] = [
    ("credits", "credits/get_credit"),
    ("expiration_rule_sets", "expiration_rule_sets/get_rule_set"),
    ("authorizer", "authorizer/authorize"),
    ("expiration_sweep", "expiration_sweep/plan"),
];

/// The smallest possible function on DynamoDB.
const BARE: &str = "bare_function";

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
