//! What a function tells its operators: JSON lines on standard output, where Lambda collects them.
//!
//! One line of log for each request, and one document of metrics in CloudWatch's embedded metric
//! format. OPERATIONS.md says what each of them means.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use metrics::{Unit, counter, describe_histogram, histogram};
use metrics_cloudwatch_embedded::{Builder, Collector};
use tracing_subscriber::EnvFilter;

use crate::error::{Cause, Error};
use crate::invocation::{Invocation, Spent};

/// Where CloudWatch files the metrics.
pub const NAMESPACE: &str = "Certifications";
/// Their one dimension: which function they are of.
pub const DIMENSION: &str = "service";

/// Set where a function runs; nothing is measured in local runs.
static COLLECTOR: OnceLock<&'static Collector> = OnceLock::new();

/// Starts the log and the metrics of a function.
pub fn init(service: &'static str) {
    init_log();
    match collector_of(service) {
        Ok(collector) => drop(COLLECTOR.set(collector)),
        Err(error) => tracing::warn!(error, "nothing will be measured"),
    }
}

fn collector_of(service: &'static str) -> Result<&'static Collector, Cause> {
    let collector = Builder::new()
        .cloudwatch_namespace(NAMESPACE)
        .with_dimension(DIMENSION, service)
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

    #[test]
    fn an_invocation_is_one_document_with_every_metric() {
        let collector = collector_of("credits").unwrap();
        let measured = Measured {
            outcome: Outcome::Unavailable,
            latency: Duration::from_micros(1500),
            spent: Spent {
                read_units: 0.5,
                write_units: 0.0,
                retries: 2,
            },
            is_cold_start: true,
        };
        measured.record();
        let mut line = Vec::new();
        write(collector, "request-1", &mut line).unwrap();
        assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
        let mut document: Value = serde_json::from_slice(&line).unwrap();
        let directive = document["_aws"].take()["CloudWatchMetrics"][0].take();
        let expected = json!({
            "_aws": null, "service": "credits", "request_id": "request-1",
            "requests": 1, "server_errors": 0, "unavailable": 1, "authorization_failures": 0,
            "cold_starts": 1, "store_retries": 2,
            "latency_ms": [1.5], "read_units": [0.5], "write_units": [0.0],
        });
        assert_eq!(document, expected);
        assert_eq!(directive["Namespace"], NAMESPACE);
        assert_eq!(directive["Dimensions"], json!([[DIMENSION]]));
        let metrics = directive["Metrics"].as_array().unwrap();
        assert!(metrics.contains(&json!({"Name": "latency_ms", "Unit": "Milliseconds"})));
        let mut names: Vec<_> = metrics.iter().map(|it| it["Name"].as_str()).collect();
        let mut told = METRICS.map(Some);
        names.sort_unstable();
        told.sort_unstable();
        assert_eq!(names, told);
    }
}
