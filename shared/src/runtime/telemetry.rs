//! Log and metrics: JSON lines on standard output, where Lambda collects them.
//!
//! Each invocation writes one line of log, and one document of metrics in CloudWatch's embedded
//! metric format. OPERATIONS.md explains both.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};
use std::time::{Duration, Instant};
use std::{env, io};

use metrics::{Unit, counter, describe_histogram, histogram};
use metrics_cloudwatch_embedded::{Builder, Collector};
use tracing_subscriber::EnvFilter;

use crate::base::error::{Cause, Error};
use crate::runtime::invocation::{Invocation, Spent};

/// The namespace of the metrics in CloudWatch.
pub const NAMESPACE: &str = "Certifications";
/// The dimensions of the metrics: the function, and the stack, since one account and region can
/// have several stacks.
pub const DIMENSIONS: [&str; 2] = ["service", "stack"];
/// The dimension with the function's version. `server_errors` is counted a second time with it,
/// since the alarm that rolls a deployment back looks at the new version alone. Only a process that
/// has answered a 500 writes it, so a version without errors does not cost a metric.
pub const VERSION: &str = "version";

/// The variable with the name of the stack.
const STACK_NAME: &str = "STACK_NAME";
/// Lambda's own variable with the version that runs.
const FUNCTION_VERSION: &str = "AWS_LAMBDA_FUNCTION_VERSION";
/// The value of both in local runs.
const LOCAL: &str = "local";

/// The version of the function that runs in this process.
static FUNCTION: LazyLock<String> = LazyLock::new(|| variable(FUNCTION_VERSION));

/// Collects the metrics of a function. Local runs have none.
static COLLECTOR: OnceLock<&'static Collector> = OnceLock::new();

/// Starts the log and the metrics of a function.
pub fn init(service: &'static str) {
    init_log();
    match collector_of(service, variable(STACK_NAME)) {
        Ok(collector) => drop(COLLECTOR.set(collector)),
        Err(error) => tracing::warn!(error, "no metrics will be written"),
    }
}

fn variable(name: &str) -> String {
    let set = env::var(name).ok().filter(|value| !value.is_empty());
    set.unwrap_or_else(|| LOCAL.to_owned())
}

fn collector_of(service: &'static str, stack: String) -> Result<&'static Collector, Cause> {
    let [of_service, of_stack] = DIMENSIONS;
    let collector = Builder::new()
        .cloudwatch_namespace(NAMESPACE)
        .with_dimension(of_service, service)
        .with_dimension(of_stack, stack)
        .emit_zeros(true)
        .init()?;
    describe_histogram!("latency_ms", Unit::Milliseconds, "");
    Ok(collector)
}

/// The filter of the log unless `RUST_LOG` is set. The runtime would log each of our errors again.
const LOGGED: &str = "info,lambda_runtime::layers::panic=off";

/// Starts the log. A second call changes nothing.
fn init_log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(LOGGED));
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter);
    let _ = subscriber
        .with_current_span(false)
        .with_span_list(false)
        .try_init();
}

/// Writes the metrics since the last call. Does nothing in local runs.
pub fn flush(request_id: &str) {
    let Some(collector) = COLLECTOR.get() else {
        return;
    };
    if let Err(error) = write(collector, request_id, io::stdout().lock()) {
        tracing::warn!(%error, "the metrics were not written");
    }
}

fn write(collector: &Collector, request_id: &str, to: impl io::Write) -> io::Result<()> {
    collector.set_property("request_id", request_id).flush(to)
}

/// The metrics of every function.
pub const METRICS: [&str; 9] = [
    "requests",
    "server_errors",
    "unavailable",
    "authorization_failures",
    "cold_starts",
    "store_retries",
    "latency_ms",
    "read_units",
    "write_units",
];

/// The outcome of an invocation, as the alarms count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it should. A refused request counts as served.
    Served,
    /// Refused, since the caller is unknown or lacks a permission.
    Unauthorized,
    /// Failed, since the store was not available.
    Unavailable,
    /// Failed by a bug.
    Broken,
}

impl Outcome {
    /// Returns the outcome of a function that does not answer by HTTP.
    pub fn of<T>(result: &Result<T, Error>) -> Self {
        match result {
            Err(Error::Internal(_)) => Self::Broken,
            Err(Error::Unavailable(_) | Error::OutcomeUnknown(_)) => Self::Unavailable,
            Ok(_) | Err(_) => Self::Served,
        }
    }
}

/// The measurements of an invocation of any function.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// The outcome.
    pub outcome: Outcome,
    /// The time that the invocation took.
    pub latency: Duration,
    /// The use of the store.
    pub spent: Spent,
    /// Whether this was the first invocation of the process.
    pub is_cold_start: bool,
}

impl Measured {
    /// Measures an invocation that began at `started` and has just ended.
    pub fn new(
        outcome: Outcome,
        started: Instant,
        invocation: &Invocation,
        start: &ColdStart,
    ) -> Self {
        Self {
            outcome,
            latency: started.elapsed(),
            spent: invocation.spent(),
            is_cold_start: start.is_now(),
        }
    }

    /// Returns the latency in whole milliseconds: the log writes wider numbers as texts.
    pub fn latency_ms(&self) -> u64 {
        u64::try_from(self.latency.as_millis()).unwrap_or(u64::MAX)
    }

    /// Adds the measurements to the metrics.
    pub fn record(&self) {
        let ended = |outcome| u64::from(self.outcome == outcome);
        counter!("requests").increment(1);
        counter!("server_errors").increment(ended(Outcome::Broken));
        if self.outcome == Outcome::Broken {
            counter!("server_errors", VERSION => FUNCTION.as_str()).increment(1);
        }
        counter!("unavailable").increment(ended(Outcome::Unavailable));
        counter!("authorization_failures").increment(ended(Outcome::Unauthorized));
        counter!("cold_starts").increment(self.is_cold_start.into());
        counter!("store_retries").increment(self.spent.retries.into());
        histogram!("latency_ms").record(self.latency.as_secs_f64() * 1000.0);
        histogram!("read_units").record(self.spent.read_units);
        histogram!("write_units").record(self.spent.write_units);
    }
}

/// Writes the line of log of an invocation, at a level such as `info`: the request's id, the
/// measurements, and the given fields. A macro, since `tracing` needs the level and the fields at
/// compile time.
#[macro_export]
macro_rules! log_line {
    ($level:ident, $request_id:expr, $measured:expr, $($fields:tt)*) => {
        ::tracing::$level!(
            request_id = $request_id,
            latency_ms = $measured.latency_ms(),
            read_units = $measured.spent.read_units,
            write_units = $measured.spent.write_units,
            retries = $measured.spent.retries,
            cold_start = $measured.is_cold_start,
            $($fields)*
        )
    };
}

/// Tells the first invocation of a process from later ones.
#[derive(Clone, Debug)]
pub struct ColdStart(Arc<AtomicBool>);

impl Default for ColdStart {
    fn default() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }
}

impl ColdStart {
    /// Returns true on the first call, and false on every later one.
    pub fn is_now(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn only_the_first_invocation_is_a_cold_start() {
        let start = ColdStart::default();
        let copy = start.clone();
        assert_eq!((start.is_now(), copy.is_now()), (true, false));
    }

    fn measured(outcome: Outcome) -> Measured {
        Measured {
            outcome,
            latency: Duration::from_micros(1500),
            spent: Spent {
                read_units: 0.5,
                write_units: 0.0,
                calls: 3,
                retries: 2,
            },
            is_cold_start: true,
        }
    }

    /// Returns the documents that an invocation with this outcome writes.
    fn documents(collector: &Collector, outcome: Outcome) -> Vec<Value> {
        measured(outcome).record();
        let mut written = Vec::new();
        write(collector, "request-1", &mut written).unwrap();
        let lines = written.split(|byte| *byte == b'\n');
        let lines = lines.filter(|line| !line.is_empty());
        lines
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect()
    }

    // One test, since a process has one recorder.
    #[test]
    fn an_invocation_is_one_document_with_every_metric_and_a_bug_is_told_by_version_too() {
        let collector = collector_of("credits", "certifications-dev".to_owned()).unwrap();
        let [mut document]: [Value; 1] = documents(collector, Outcome::Unavailable)
            .try_into()
            .unwrap();
        let directive = document["_aws"].take()["CloudWatchMetrics"][0].take();
        let expected = json!({
            "_aws": null, "service": "credits", "stack": "certifications-dev",
            "request_id": "request-1",
            "requests": 1, "server_errors": 0, "unavailable": 1, "authorization_failures": 0,
            "cold_starts": 1, "store_retries": 2,
            "latency_ms": [1.5], "read_units": [0.5], "write_units": [0.0],
        });
        assert_eq!(document, expected);
        assert_eq!(directive["Namespace"], NAMESPACE);
        assert_eq!(directive["Dimensions"], json!([DIMENSIONS]));
        let metrics = directive["Metrics"].as_array().unwrap();
        assert!(metrics.contains(&json!({"Name": "latency_ms", "Unit": "Milliseconds"})));
        let mut names: Vec<_> = metrics.iter().map(|it| it["Name"].as_str()).collect();
        let mut told = METRICS.map(Some);
        names.sort_unstable();
        told.sort_unstable();
        assert_eq!(names, told);

        for (outcome, errors) in [(Outcome::Broken, 1), (Outcome::Served, 0)] {
            let [all, mut own]: [Value; 2] = documents(collector, outcome).try_into().unwrap();
            assert_eq!(all["server_errors"], errors);
            let directive = own["_aws"].take()["CloudWatchMetrics"][0].take();
            let expected = json!({
                "_aws": null, "service": "credits", "stack": "certifications-dev",
                "version": LOCAL, "request_id": "request-1", "server_errors": errors,
            });
            assert_eq!(own, expected);
            let dimensions = json!([["service", "stack", VERSION]]);
            assert_eq!(directive["Dimensions"], dimensions);
        }
    }
}
