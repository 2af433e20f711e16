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

/// The lines of a log, which are all JSON.
pub(crate) fn parsed(log: &[String]) -> Vec<Value> {
    let lines = log.iter().map(|line| {
        let parsed = serde_json::from_str(line);
        parsed.unwrap_or_else(|_| panic!("a line that is no JSON: {line}"))
    });
    lines.collect()
}

/// Whether a line is the one of an invocation: it has an id, says what it took, and is no metric.
pub(crate) fn is_of_invocation(line: &Value) -> bool {
    line.get("request_id").is_some() && line.get("latency_ms").is_some() && !is_of_metrics(line)
}

/// Whether a line is a document in embedded metric format.
pub(crate) fn is_of_metrics(line: &Value) -> bool {
    line.get("_aws").is_some()
}
