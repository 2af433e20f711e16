use std::collections::BTreeSet;

use serde_json::Value;
use shared::telemetry;

use super::{document, of_type, read, resource};

const SWEEP: &str = "expiration_sweep";
const SERVICES: [&str; 4] = ["authorizer", "credits", "expiration_rule_sets", SWEEP];

/// Without these nobody hears of trouble.
const REQUIRED: [&str; 14] = [
    "ApiServerErrorsAlarm",
    "ApiLatencyAlarm",
    "UnavailableAlarm",
    "AuthorizationFailuresAlarm",
    "ColdStartsAlarm",
    "FunctionErrorsAlarm",
    "FunctionThrottlesAlarm",
    "TableThrottlesAlarm",
    "CreditsServerErrorsAlarm",
    "ExpirationRuleSetsServerErrorsAlarm",
    "SweepNotStartedAlarm",
    "SweepExecutionAlarm",
    "SweepFailedCreditsAlarm",
    "SweepLagAlarm",
];

fn alarms() -> Vec<(&'static str, &'static Value)> {
    of_type("AWS::CloudWatch::Alarm")
}

/// The dashboard, with what CloudFormation would fill in left as it stands.
fn dashboard() -> Value {
    let body = &resource("Dashboard")["Properties"]["DashboardBody"]["Fn::Sub"];
    serde_json::from_str(body.as_str().unwrap()).unwrap()
}

/// Namespace, name and the value of the only dimension, of each metric of an alarm.
fn metrics_of_alarm(alarm: &Value) -> Vec<[String; 3]> {
    let single = [alarm.clone()];
    let listed = alarm["Metrics"].as_array().into_iter().flatten();
    let listed = listed.map(|metric| metric["MetricStat"]["Metric"].clone());
    let all = single.into_iter().chain(listed);
    let named = all.filter(|metric| metric["MetricName"].is_string());
    named
        .map(|metric| {
            let dimension = &metric["Dimensions"][0]["Value"];
            [&metric["Namespace"], &metric["MetricName"], dimension].map(text)
        })
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// As [`metrics_of_alarm`], of all widgets.
fn metrics_of_dashboard() -> Vec<[String; 3]> {
    let dashboard = dashboard();
    let widgets = dashboard["widgets"].as_array().unwrap().iter();
    let metrics = widgets.filter_map(|widget| widget["properties"]["metrics"].as_array());
    let named = metrics.flatten().filter(|metric| metric[1].is_string());
    named
        .map(|metric| [&metric[0], &metric[1], &metric[3]].map(text))
        .collect()
}

#[test]
fn nobody_watches_a_metric_that_nobody_emits() {
    let alarms = alarms();
    let of_alarms = alarms.iter().flat_map(|(_, alarm)| metrics_of_alarm(alarm));
    let mut seen = BTreeSet::new();
    for [namespace, name, service] in of_alarms.chain(metrics_of_dashboard()) {
        if namespace == "Certifications" {
            assert!(
                SERVICES.contains(&service.as_str()),
                "{name} of `{service}`"
            );
            let emitted: &[&str] = if service == SWEEP {
                &expiration_sweep::METRICS
            } else {
                &telemetry::METRICS
            };
            assert!(emitted.contains(&name.as_str()), "{name} of {service}");
            seen.insert(name);
        }
    }
    let all = telemetry::METRICS
        .into_iter()
        .chain(expiration_sweep::METRICS);
    assert_eq!(
        seen,
        all.map(str::to_owned).collect(),
        "is shown or watched"
    );
}

#[test]
fn the_alarms_are_those_that_are_needed_and_one_for_each_new_version() {
    let ids: BTreeSet<_> = alarms().into_iter().map(|(id, _)| id).collect();
    let versions = super::FUNCTIONS.map(|function| function.replace("Function", "ErrorsAlarm"));
    let versions = versions.iter().map(String::as_str);
    assert_eq!(ids, REQUIRED.into_iter().chain(versions).collect());
}

#[test]
fn every_alarm_says_what_is_wrong_tells_the_topic_and_minds_silence() {
    for (id, alarm) in alarms() {
        let description = alarm["AlarmDescription"].as_str().unwrap();
        let name = id.trim_end_matches("Alarm");
        assert!(
            description.starts_with(&format!("{name}: ")),
            "{id}: {description}"
        );
        assert!(
            description.ends_with("See OPERATIONS.md."),
            "{id}: {description}"
        );
        assert_eq!(alarm["AlarmActions"]["Fn::If"][0], "HasAlarmTopic", "{id}");
        assert!(alarm["TreatMissingData"].is_string(), "{id}");
    }
}

#[test]
fn every_alarm_is_on_the_dashboard() {
    let dashboard = dashboard();
    let shown = &dashboard["widgets"][0]["properties"]["alarms"];
    let shown: BTreeSet<_> = shown.as_array().unwrap().iter().map(text).collect();
    let all = alarms().into_iter().map(|(id, _)| format!("${{{id}.Arn}}"));
    assert_eq!(shown, all.collect());
}

#[test]
fn no_widget_covers_another() {
    let mut taken = BTreeSet::new();
    for widget in dashboard()["widgets"].as_array().unwrap() {
        let [x, y, width, height] =
            ["x", "y", "width", "height"].map(|name| widget[name].as_u64().unwrap());
        for cell in (x..x + width).flat_map(|x| (y..y + height).map(move |y| (x, y))) {
            assert!(cell.0 < 24 && taken.insert(cell), "{cell:?}");
        }
    }
}

#[test]
fn the_handbook_has_every_alarm_metric_and_parameter() {
    let handbook = read("OPERATIONS.md");
    let alarms = alarms().into_iter();
    let alarms = alarms.map(|(id, _)| id.trim_end_matches("Alarm"));
    let metrics = telemetry::METRICS
        .into_iter()
        .chain(expiration_sweep::METRICS);
    let parameters = document()["Parameters"].as_object().unwrap();
    let parameters = parameters.keys().map(String::as_str);
    for name in alarms.chain(metrics).chain(parameters) {
        assert!(handbook.contains(&format!("`{name}`")), "{name}");
    }
}
