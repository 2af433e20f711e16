use std::collections::BTreeSet;

use serde_json::{Value, json};
use shared::runtime::telemetry;

use super::{document, of_type, read, resource};

const SWEEP: &str = "expiration_sweep";
const SERVICES: [&str; 4] = ["authorizer", "credits", "expiration_rule_sets", SWEEP];

/// The required alarms.
const REQUIRED: [&str; 16] = [
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
    "ThrottledRequestsAlarm",
    "GatewayRefusalsAlarm",
];

/// The metrics of the access log.
const OF_GATEWAY: [&str; 2] = ["gateway_refusals", "gateway_throttles"];

fn alarms() -> Vec<(&'static str, &'static Value)> {
    of_type("AWS::CloudWatch::Alarm")
}

/// Returns the dashboard, with CloudFormation's placeholders unchanged.
fn dashboard() -> Value {
    let body = &resource("Dashboard")["Properties"]["DashboardBody"]["Fn::Sub"][0];
    serde_json::from_str(body.as_str().unwrap()).unwrap()
}

/// Namespace, name and the value of the first dimension, of each metric of an alarm.
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

/// Like [`metrics_of_alarm`], for all widgets.
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
        if namespace != "Certifications" || OF_GATEWAY.contains(&name.as_str()) {
            continue;
        }
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
fn every_metric_of_ours_is_of_this_stack() {
    let own = json!({"Name": "stack", "Value": {"Ref": "AWS::StackName"}});
    for (id, alarm) in alarms() {
        let listed = alarm["Metrics"].as_array().into_iter().flatten();
        let listed = listed.map(|metric| &metric["MetricStat"]["Metric"]);
        for metric in listed.chain([alarm]) {
            if metric["Namespace"] == telemetry::NAMESPACE {
                assert!(
                    metric["Dimensions"].as_array().unwrap().contains(&own),
                    "{id}"
                );
            }
        }
    }
    let body = dashboard().to_string();
    let metrics = body.matches("\"Certifications\",").count();
    let of_stack = body.matches(r#""stack","${AWS::StackName}","#).count();
    assert_eq!(metrics, of_stack);
    for function in super::FUNCTIONS {
        let variables = &resource(function)["Properties"]["Environment"]["Variables"];
        assert_eq!(
            variables["STACK_NAME"],
            json!({"Ref": "AWS::StackName"}),
            "{function}"
        );
    }
}

#[test]
fn what_the_gateway_does_alone_is_counted_from_the_access_log() {
    let format =
        resource("HttpApiApiGatewayDefaultStage")["Properties"]["AccessLogSettings"]["Format"]
            .clone();
    let format = format["Fn::Sub"].as_str().unwrap();
    // One line of JSON once its variables are filled in.
    let logged: Value = serde_json::from_str(format).unwrap();
    let mut counted = BTreeSet::new();
    for (id, filter) in of_type("AWS::Logs::MetricFilter") {
        assert_eq!(filter["LogGroupName"], json!({"Ref": "AccessLog"}), "{id}");
        let pattern = filter["FilterPattern"].as_str().unwrap();
        let fields = pattern
            .split("$.")
            .skip(1)
            .map(|rest| rest.split(' ').next().unwrap());
        for field in fields.chain(["stack"]) {
            assert!(logged[field].is_string(), "{id}: {field}");
        }
        let metric = &filter["MetricTransformations"][0];
        assert_eq!(metric["MetricNamespace"], telemetry::NAMESPACE);
        assert_eq!(
            metric["Dimensions"],
            json!([{"Key": "stack", "Value": "$.stack"}])
        );
        counted.insert(metric["MetricName"].as_str().unwrap());
    }
    assert_eq!(counted, BTreeSet::from(OF_GATEWAY));
    assert_eq!(logged["sourceIp"], "$context.identity.sourceIp");
}

#[test]
fn the_alarms_are_those_that_are_needed_and_one_for_each_new_version() {
    let ids: BTreeSet<_> = alarms().into_iter().map(|(id, _)| id).collect();
    let versions = ["CreditsErrorsAlarm", "ExpirationRuleSetsErrorsAlarm"];
    assert_eq!(ids, REQUIRED.into_iter().chain(versions).collect());
}

#[test]
fn every_alarm_says_what_is_wrong_tells_its_end_too_and_minds_silence() {
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
        let none = json!({"Ref": "AWS::NoValue"});
        let told = json!([
            {"Fn::If": ["HasAlarmEmail", {"Ref": "AlarmTopic"}, none]},
            {"Fn::If": ["HasAlarmTopic", {"Ref": "AlarmTopicArn"}, none]},
        ]);
        assert_eq!(alarm["AlarmActions"], told, "{id}");
        assert_eq!(alarm["OKActions"], told, "{id}");
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
    for name in alarms.chain(metrics).chain(OF_GATEWAY).chain(parameters) {
        assert!(handbook.contains(&format!("`{name}`")), "{name}");
    }
}
