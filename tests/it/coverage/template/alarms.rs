//! Evaluates the alarms on data that a stack can have: they ring when they should, and only then.

mod metric_math;

use serde_json::Value;

use super::resource;
use metric_math::{Named, Series, evaluate};

/// The metric id for an alarm without an expression.
const ONLY: &str = "only";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Ok,
    Alarm,
    InsufficientData,
}

/// A new alarm's state after it has seen the last of so many periods. `data` has the values of each
/// id, NaN for a period without data; an id that is not named has no data at all.
fn state(alarm: &str, data: &[(&str, &[f64])]) -> State {
    let alarm = &resource(alarm)["Properties"];
    let named: Named = data
        .iter()
        .map(|(id, values)| ((*id).to_owned(), series(values)))
        .collect();
    let periods = data.iter().map(|(_, values)| values.len()).max().unwrap();
    // An alarm evaluates each period when it ends.
    (1..=periods).fold(State::InsufficientData, |before, end| {
        judge(alarm, &value(alarm, &named, end), before)
    })
}

fn series(values: &[f64]) -> Series {
    let known = |value: &f64| (!value.is_nan()).then_some(*value);
    values.iter().map(known).collect()
}

/// Returns the values that are compared with the threshold, in the alarm's periods up to `end`.
fn value(alarm: &Value, named: &Named, end: usize) -> Series {
    let looked_at = end.min(number(alarm, "EvaluationPeriods"));
    let window = |series: &Series| series[end - looked_at..end].to_vec();
    let mut named: Named = named
        .iter()
        .map(|(id, series)| (id.clone(), window(series)))
        .collect();
    let nothing = vec![None; looked_at];
    let Some(metrics) = alarm["Metrics"].as_array() else {
        return named.remove(ONLY).unwrap_or(nothing);
    };
    // Those with an expression come first and refer to those after them.
    for metric in metrics.iter().rev() {
        let id = metric["Id"].as_str().unwrap();
        let computed = metric["Expression"]
            .as_str()
            .map(|it| evaluate(it, &named, looked_at));
        let computed = computed.or(named.get(id).cloned());
        named.insert(id.to_owned(), computed.unwrap_or(nothing.clone()));
    }
    let returned = metrics
        .iter()
        .filter(|metric| metric["ReturnData"] != false);
    let [returned]: [&Value; 1] = returned.collect::<Vec<_>>().try_into().unwrap();
    named[returned["Id"].as_str().unwrap()].clone()
}

/// Judges as CloudWatch documents it. Missing periods count as the alarm says, and with `ignore`
/// the alarm keeps its state if there is no other data.
fn judge(alarm: &Value, value: &Series, before: State) -> State {
    assert_eq!(alarm["ComparisonOperator"], "GreaterThanThreshold");
    let threshold = alarm["Threshold"].as_f64().unwrap();
    let breaching = value
        .iter()
        .flatten()
        .filter(|value| **value > threshold)
        .count();
    let is_all_missing = value.iter().all(Option::is_none);
    let wanted = match alarm["DatapointsToAlarm"].is_null() {
        true => number(alarm, "EvaluationPeriods"),
        false => number(alarm, "DatapointsToAlarm"),
    };
    match alarm["TreatMissingData"].as_str().unwrap() {
        "ignore" if is_all_missing => before,
        "ignore" | "notBreaching" if breaching >= wanted => State::Alarm,
        "ignore" | "notBreaching" => State::Ok,
        other => panic!("say here what `{other}` means"),
    }
}

fn number(alarm: &Value, name: &str) -> usize {
    usize::try_from(alarm[name].as_u64().unwrap()).unwrap()
}

fn is_quiet(alarm: &str, data: &[(&str, &[f64])]) {
    assert_ne!(state(alarm, data), State::Alarm, "{alarm}: {data:?}");
}

fn rings(alarm: &str, data: &[(&str, &[f64])]) {
    assert_eq!(state(alarm, data), State::Alarm, "{alarm}: {data:?}");
}

const NONE: f64 = f64::NAN;

/// Each of these metrics alone makes the alarm ring above so many, and not at as many.
fn rings_above(alarm: &str, limit: f64, periods: usize, ids: &[&str]) {
    is_quiet(alarm, &[(ids[0], &[NONE; 9])]);
    for id in ids {
        is_quiet(alarm, &[(id, &[limit; 9])]);
        is_quiet(alarm, &[(id, &vec![limit + 1.0; periods - 1])]);
        rings(alarm, &[(id, &vec![limit + 1.0; periods])]);
        // The alarm ends too.
        is_quiet(
            alarm,
            &[(id, &[vec![limit + 1.0; 9], vec![0.0; periods]].concat())],
        );
        is_quiet(
            alarm,
            &[(id, &[vec![limit + 1.0; 9], vec![NONE; periods]].concat())],
        );
    }
}

#[test]
fn one_answer_500_or_failure_of_the_new_version_rings() {
    for alarm in [
        "CreditsErrorsAlarm",
        "CreditsServerErrorsAlarm",
        "ExpirationRuleSetsErrorsAlarm",
        "ExpirationRuleSetsServerErrorsAlarm",
        "SweepFailedCreditsAlarm",
        "SweepNotStartedAlarm",
    ] {
        rings_above(alarm, 0.0, 1, &[ONLY]);
    }
}

#[test]
fn a_failure_or_refused_call_of_any_function_rings() {
    for alarm in ["FunctionErrorsAlarm", "FunctionThrottlesAlarm"] {
        rings_above(
            alarm,
            0.0,
            1,
            &["authorizer", "credits", "rule_sets", "sweep"],
        );
    }
}

#[test]
fn what_is_refused_or_throttled_rings_above_a_number() {
    rings_above("UnavailableAlarm", 5.0, 1, &["credits", "rule_sets"]);
    let functions = ["credits", "rule_sets"];
    rings_above("AuthorizationFailuresAlarm", 100.0, 1, &functions);
    rings_above("GatewayRefusalsAlarm", 100.0, 1, &[ONLY]);
    rings_above("ThrottledRequestsAlarm", 10.0, 1, &[ONLY]);
    let operations = [
        "get_item",
        "batch_get_item",
        "query",
        "put_item",
        "update_item",
        "transact_write_items",
    ];
    rings_above("TableThrottlesAlarm", 10.0, 2, &operations);
    rings_above("ApiLatencyAlarm", 2000.0, 3, &[ONLY]);
    // One alone does not ring, both together do.
    let sixty: &[f64] = &[60.0];
    rings(
        "AuthorizationFailuresAlarm",
        &[("credits", sixty), ("rule_sets", sixty)],
    );
}

#[test]
fn a_rate_counts_from_a_hundred_requests_on() {
    let api = |requests: &[f64], errors: &[f64]| {
        state(
            "ApiServerErrorsAlarm",
            &[("requests", requests), ("errors", errors)],
        )
    };
    assert_eq!(api(&[99.0], &[99.0]), State::Ok);
    assert_eq!(api(&[200.0], &[2.0]), State::Ok);
    assert_eq!(api(&[200.0], &[3.0]), State::Alarm);
    assert_eq!(api(&[NONE], &[NONE]), State::Ok);

    let cold = |calls: &[f64], cold: &[f64]| {
        let data: [(&str, &[f64]); 2] = [("credits", calls), ("credits_cold", cold)];
        state("ColdStartsAlarm", &data)
    };
    assert_eq!(cold(&[200.0; 3], &[21.0; 3]), State::Alarm);
    assert_eq!(cold(&[200.0; 3], &[20.0; 3]), State::Ok);
    assert_eq!(cold(&[200.0; 3], &[21.0, 21.0, 0.0]), State::Ok);
    assert_eq!(cold(&[9.0; 3], &[9.0; 3]), State::Ok);
}

#[test]
fn an_execution_that_failed_timed_out_or_was_aborted_rings() {
    let alarm = "SweepExecutionAlarm";
    rings_above(alarm, 0.0, 1, &["failed", "timed_out", "aborted"]);
    let metrics = resource(alarm)["Properties"]["Metrics"].to_string();
    for name in [
        "ExecutionsFailed",
        "ExecutionsTimedOut",
        "ExecutionsAborted",
    ] {
        assert!(metrics.contains(name), "{name}");
    }
}

#[test]
fn the_lag_alarm_is_quiet_on_a_new_and_on_an_idle_stack() {
    let alarm = "SweepLagAlarm";
    // Before the first sweep reported.
    for hours in 1..=6 {
        assert_eq!(
            state(alarm, &[("lag", &vec![NONE; hours])]),
            State::InsufficientData
        );
    }
    // Then each sweep reports 0, also without tenants.
    assert_eq!(state(alarm, &[("lag", &[NONE, NONE, 0.0])]), State::Ok);
    assert_eq!(state(alarm, &[("lag", &[0.0; 9])]), State::Ok);
    // Two hours without a report do not ring yet: the current sweep may still report.
    is_quiet(alarm, &[("lag", &[0.0, 0.0, NONE, NONE])]);
    is_quiet(alarm, &[("lag", &[0.0, 1.0, 1.0, 1.0, 1.0])]);
}

#[test]
fn the_lag_alarm_rings_for_a_schedule_that_died_and_goes_on_ringing() {
    let alarm = "SweepLagAlarm";
    for silent in 3..=48 {
        let lag = [vec![0.0; 9], vec![NONE; silent]].concat();
        rings(alarm, &[("lag", &lag)]);
    }
    // The sweep never reports again after its first report.
    rings(alarm, &[("lag", &[NONE, NONE, 0.0, NONE, NONE, NONE])]);
    // The alarm ends when sweeps report again.
    let mut lag = [vec![0.0; 9], vec![NONE; 48]].concat();
    lag.extend([0.0; 4]);
    is_quiet(alarm, &[("lag", &lag)]);
}

#[test]
fn the_lag_alarm_rings_for_what_is_over_a_day_late() {
    rings("SweepLagAlarm", &[("lag", &[0.0, 0.0, 2.0, 2.0, 2.0])]);
    is_quiet(
        "SweepLagAlarm",
        &[("lag", &[2.0, 2.0, 2.0, 0.0, 0.0, 0.0, 0.0])],
    );
}
