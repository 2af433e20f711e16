//! What a function tells its operators: JSON lines on standard output, where Lambda collects them.
//!
//! One line of log for each request, and one document of metrics in CloudWatch's embedded metric
//! format. OPERATIONS.md says what each of them means.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};
use std::time::{Duration, Instant};
use std::{env, io};

use metrics::{Unit, counter, describe_histogram, histogram};
use metrics_cloudwatch_embedded::{Builder, Collector};
use tracing_subscriber::EnvFilter;

use crate::base::error::{Cause, Error};
use crate::runtime::invocation::{Invocation, Spent};

/// Where CloudWatch files the metrics.
pub const NAMESPACE: &str = "Certifications";
/// Their dimensions: which function they are of, and of which stack, since one account and region can
/// hold several.
pub const DIMENSIONS: [&str; 2] = ["service", "stack"];
/// The third dimension of `server_errors`, counted a second time: the version of the function. The
/// alarm that rolls a deployment back looks at the new version alone. It is written only by a process
/// that has answered a 500, so that no version costs a metric of its own.
pub const VERSION: &str = "version";

/// The variable with the name of the stack.
const STACK_NAME: &str = "STACK_NAME";
/// The variable, of Lambda's own, with the version that runs.
const FUNCTION_VERSION: &str = "AWS_LAMBDA_FUNCTION_VERSION";
/// Stands for either where there is none.
const LOCAL: &str = "local";

/// The version of the function that this process is.
static FUNCTION: LazyLock<String> = LazyLock::new(|| variable(FUNCTION_VERSION));

/// Set where a function runs; nothing is measured in local runs.
static COLLECTOR: OnceLock<&'static Collector> = OnceLock::new();

/// Starts the log and the metrics of a function.
pub fn init(service: &'static str) {
    init_log();
    match collector_of(service, variable(STACK_NAME)) {
        Ok(collector) => drop(COLLECTOR.set(collector)),
        Err(error) => tracing::warn!(error, "nothing will be measured"),
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

/// What is logged unless `RUST_LOG` says otherwise. The runtime would tell each error of ours again.
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

/// Writes the metrics since the last time, if a function runs here.
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

/// How an invocation has ended, as far as an alarm is to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it should; also with a refusal for what was asked.
    Served,
    /// Refused to somebody unknown, or who may not.
    Unauthorized,
    /// For want of the store.
    Unavailable,
    /// By a bug.
    Broken,
}

impl Outcome {
    /// That of a function that speaks no HTTP.
    pub fn of<T>(result: &Result<T, Error>) -> Self {
        match result {
            Err(Error::Internal(_)) => Self::Broken,
            Err(Error::Unavailable(_) | Error::OutcomeUnknown(_)) => Self::Unavailable,
            Ok(_) | Err(_) => Self::Served,
        }
    }
}

/// What every invocation is measured by, whatever it is of.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// How it ended.
    pub outcome: Outcome,
    /// How long it took.
    pub latency: Duration,
    /// What it used of the store.
    pub spent: Spent,
    /// Whether it was the first one here.
    pub is_cold_start: bool,
}

impl Measured {
    /// An invocation that began at `started` in the environment of `start`, and ended just now.
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

    /// In whole milliseconds, for the log, which writes wider numbers as texts.
    pub fn latency_ms(&self) -> u64 {
        u64::try_from(self.latency.as_millis()).unwrap_or(u64::MAX)
    }

    /// Adds it to the metrics.
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

/// Writes the one line of an invocation, at a level such as `info`: its id, the fields given, and what
/// it took. A macro, since level and fields of a line have to be known when it is compiled.
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

/// Tells the first invocation of an environment from those after it.
#[derive(Clone, Debug)]
pub struct ColdStart(Arc<AtomicBool>);

impl Default for ColdStart {
    fn default() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }
}

impl ColdStart {
    /// Whether this is the first time that it is asked.
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

    /// The documents that an invocation of that outcome writes.
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
