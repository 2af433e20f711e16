//! The log line of a run, which is at once its metrics: CloudWatch's embedded metric format.
//!
//! One document of a fixed form is written by hand: a library for it would bring a recorder, and
//! a second place where a report is told.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::event::SweepRequest;
use crate::report::Finished;

/// Where CloudWatch files them.
const NAMESPACE: &str = "Certifications";
/// The dimension, so that others can have metrics of the same names.
const SERVICE: &str = "expiration_sweep";
/// The members that are metrics.
const COUNTS: [&str; 7] = [
    "tenants", "examined", "archived", "already", "locked", "in_grace", "failed",
];
const LAG_DAYS: &str = "lag_days";

/// The line for a run. A dry run has done nothing, and counts in no metric.
pub fn line(request: &SweepRequest, finished: &Finished, now: Timestamp) -> Value {
    // INVARIANT: a report of numbers and texts always serializes.
    let report = serde_json::to_value(&finished.report).unwrap_or_default();
    let mut line = Map::from_iter([
        ("timestamp".to_owned(), json!(now)),
        ("level".to_owned(), json!("INFO")),
        ("message".to_owned(), json!("the expiration sweep ran")),
        ("service".to_owned(), json!(SERVICE)),
        ("dry_run".to_owned(), json!(request.is_dry_run())),
        (LAG_DAYS.to_owned(), json!(finished.lag_days)),
    ]);
    if let Some([tenant]) = request.tenants.as_deref() {
        line.insert("tenant".to_owned(), json!(tenant));
    }
    line.extend(report.as_object().cloned().unwrap_or_default());
    if !request.is_dry_run() {
        line.insert("_aws".to_owned(), metadata(now));
    }
    Value::Object(line)
}

fn metadata(now: Timestamp) -> Value {
    let metric = |name: &str| json!({"Name": name, "Unit": "Count"});
    let metrics = COUNTS.iter().chain([&LAG_DAYS]);
    json!({
        "Timestamp": now.as_millisecond(),
        "CloudWatchMetrics": [{
            "Namespace": NAMESPACE,
            "Dimensions": [["service"]],
            "Metrics": metrics.map(|name| metric(name)).collect::<Vec<_>>(),
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Report;

    fn finished() -> Finished {
        Finished {
            report: Report {
                archived: 3,
                complete: true,
                ..Report::default()
            },
            lag_days: 2,
        }
    }

    #[test]
    fn every_metric_is_a_number_in_the_same_line() {
        let line = line(&SweepRequest::default(), &finished(), Timestamp::UNIX_EPOCH);
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        let metrics = directive["Metrics"].as_array().unwrap();
        assert_eq!(metrics.len(), 8);
        for metric in metrics {
            let name = metric["Name"].as_str().unwrap();
            assert!(line[name].is_u64(), "{name}");
        }
        assert_eq!(
            (&line["archived"], &line["lag_days"]),
            (&json!(3), &json!(2))
        );
        assert_eq!(line["service"], "expiration_sweep");
        assert_eq!(directive["Dimensions"], json!([["service"]]));
    }

    #[test]
    fn a_dry_run_is_logged_and_counts_in_no_metric() {
        let request = SweepRequest {
            dry_run: Some(true),
            ..SweepRequest::default()
        };
        let line = line(&request, &finished(), Timestamp::UNIX_EPOCH);
        assert_eq!(line.get("_aws"), None);
        assert_eq!(line["dry_run"], true);
    }
}
