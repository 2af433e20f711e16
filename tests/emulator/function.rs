//! A function with the environment it has on AWS, over a store of ours.

use std::path::Path;

use integration_tests::emulator::{BOOTSTRAPS, EMULATOR, Emulator, environment, is_installed};
use integration_tests::store::Store;
use serde_json::Value;

/// Whether the emulator is here; says so when it is not.
pub(crate) fn can_run() -> bool {
    if !is_installed() {
        eprintln!("skipped: `make emulate` sets {EMULATOR} and {BOOTSTRAPS}");
    }
    is_installed()
}

/// Starts a binary on a table.
pub(crate) fn start(bootstrap: &Path, store: &Store) -> Emulator {
    Emulator::start(bootstrap, &environment(store))
}

/// The lines of requests in a log: one has an id and a status, and is no metric.
pub(crate) fn request_lines(log: &[String]) -> Vec<Value> {
    let lines = log.iter().map(|line| {
        let parsed = serde_json::from_str::<Value>(line);
        parsed.unwrap_or_else(|_| panic!("a line that is no JSON: {line}"))
    });
    let is_of_request = |line: &Value| {
        let has = |name: &str| line.get(name).is_some();
        has("request_id") && has("status") && !has("_aws")
    };
    lines.filter(is_of_request).collect()
}
