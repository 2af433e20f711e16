//! Starts a function with the environment of AWS, over a local store.

use std::path::Path;

use integration_tests::emulator::{BOOTSTRAPS, EMULATOR, Emulator, environment, is_installed};
use integration_tests::store::Store;
use serde_json::Value;

/// Tells whether the emulator is installed, and prints a note if not.
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

/// Parses the lines of a log, which must all be JSON.
pub(crate) fn parsed(log: &[String]) -> Vec<Value> {
    let lines = log.iter().map(|line| {
        let parsed = serde_json::from_str(line);
        parsed.unwrap_or_else(|_| panic!("a line that is not JSON: {line}"))
    });
    lines.collect()
}

/// Tells whether a line is the log line of an invocation: with an id and a latency, but not a
/// metric.
pub(crate) fn is_of_invocation(line: &Value) -> bool {
    line.get("request_id").is_some() && line.get("latency_ms").is_some() && !is_of_metrics(line)
}

/// Tells whether a line is a document in embedded metric format.
pub(crate) fn is_of_metrics(line: &Value) -> bool {
    line.get("_aws").is_some()
}
