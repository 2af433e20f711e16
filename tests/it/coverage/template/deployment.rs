use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{FUNCTIONS, alias, document, of_type, read, referred, resource, resources, root};

/// What holds data, and has to outlive its stack.
const DATA: [&str; 3] = [
    "AWS::DynamoDB::Table",
    "AWS::Logs::LogGroup",
    "AWS::SQS::Queue",
];

/// What can be made anew from the template.
const NO_DATA: [&str; 13] = [
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Stage",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::IAM::Role",
    "AWS::Lambda::Alias",
    "AWS::Lambda::Function",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Version",
    "AWS::Scheduler::Schedule",
    "AWS::StepFunctions::StateMachine",
];

fn ids(kind: &str) -> BTreeSet<&'static str> {
    of_type(kind).into_iter().map(|(id, _)| id).collect()
}

/// The deployment group that shifts the traffic of a function's alias.
fn deployment_group(function: &str) -> &'static Value {
    let update = &resource(&alias(function))["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"];
    &resource(referred(&update["DeploymentGroupName"]))["Properties"]
}

/// A parameter of the template that bounds its value on both sides.
fn bounded(value: &Value) -> bool {
    let parameter = &document()["Parameters"][referred(value)];
    parameter["MinValue"].is_number() && parameter["MaxValue"].is_number()
}

#[test]
fn what_holds_data_outlives_its_stack() {
    for (id, resource) in resources() {
        let kind = resource["Type"].as_str().unwrap();
        if DATA.contains(&kind) {
            let deleted = resource["DeletionPolicy"].as_str().unwrap_or_default();
            assert!(deleted.starts_with("Retain"), "{id}: {deleted}");
            assert_eq!(resource["UpdateReplacePolicy"], "Retain", "{id}");
        } else {
            assert!(NO_DATA.contains(&kind), "does {id} ({kind}) hold data?");
        }
    }
}

#[test]
fn every_log_ends_some_day() {
    for (id, log) in of_type("AWS::Logs::LogGroup") {
        assert_eq!(
            log["RetentionInDays"],
            json!({"Ref": "LogRetentionDays"}),
            "{id}"
        );
    }
}

#[test]
fn every_function_is_built_from_a_binary_of_the_workspace() {
    assert_eq!(ids("AWS::Lambda::Function"), BTreeSet::from(FUNCTIONS));
    for function in FUNCTIONS {
        let built = &resource(function)["Metadata"]["BuildProperties"];
        let binary = built["Binary"].as_str().unwrap();
        let folder = format!("functions/{binary}");
        assert!(
            root().join(&folder).join("src/main.rs").exists(),
            "{function}"
        );
        let manifest = read(&format!("{folder}/Cargo.toml"));
        assert!(
            manifest.contains(&format!("\nname = \"{binary}\"\n")),
            "{function}"
        );
        assert_eq!(built["CargoLambdaFlags"], json!(["--locked"]), "{function}");
    }
}

#[test]
fn every_function_is_traced_bounded_and_has_a_log_of_its_own() {
    let mut logs = BTreeSet::new();
    for (id, function) in of_type("AWS::Lambda::Function") {
        assert_eq!(function["Runtime"], "provided.al2023", "{id}");
        assert_eq!(function["Architectures"], json!(["arm64"]), "{id}");
        assert_eq!(function["TracingConfig"]["Mode"], "Active", "{id}");
        assert!(bounded(&function["MemorySize"]), "{id}");
        assert!(bounded(&function["Timeout"]), "{id}");
        logs.insert(referred(&function["LoggingConfig"]["LogGroup"]));
    }
    assert_eq!(logs.len(), FUNCTIONS.len());
    assert!(logs.is_subset(&ids("AWS::Logs::LogGroup")), "{logs:?}");
}

#[test]
fn the_state_machine_is_traced_and_logged() {
    for (id, machine) in of_type("AWS::StepFunctions::StateMachine") {
        assert_eq!(machine["TracingConfiguration"]["Enabled"], true, "{id}");
        let logging = &machine["LoggingConfiguration"];
        assert_eq!(logging["Level"], "ERROR", "{id}");
        let log = &logging["Destinations"][0]["CloudWatchLogsLogGroup"]["LogGroupArn"];
        let expected = json!({"Fn::GetAtt": ["ExpirationSweepStateMachineLog", "Arn"]});
        assert_eq!(*log, expected, "{id}");
    }
}

#[test]
fn every_function_has_an_alias_whose_traffic_is_shifted_slowly_outside_dev() {
    for function in FUNCTIONS {
        let properties = &resource(&alias(function))["Properties"];
        assert_eq!(properties["Name"], "live", "{function}");
        assert_eq!(referred(&properties["FunctionName"]), function);
        let configuration = &deployment_group(function)["DeploymentConfigName"]["Fn::If"];
        assert_eq!(configuration[0], "IsDev", "{function}");
        let [dev, others] = [&configuration[1], &configuration[2]].map(Value::to_string);
        assert!(dev.contains("AllAtOnce"), "{dev}");
        assert!(others.contains("Canary10Percent5Minutes"), "{others}");
    }
}

#[test]
fn a_deployment_is_rolled_back_by_the_alarms_of_the_new_version() {
    for function in FUNCTIONS {
        let group = deployment_group(function);
        let events = group["AutoRollbackConfiguration"]["Events"].as_array();
        assert!(
            events.unwrap().contains(&json!("DEPLOYMENT_STOP_ON_ALARM")),
            "{function}"
        );
        let alarms = group["AlarmConfiguration"]["Alarms"]
            .as_array()
            .unwrap()
            .iter();
        let alarms = alarms.map(|alarm| &resource(referred(&alarm["Name"]))["Properties"]);
        let version = &resource(&alias(function))["Properties"]["FunctionVersion"];
        let watches_version = |alarm: &Value| {
            let dimensions = alarm["Dimensions"].as_array().unwrap();
            alarm["MetricName"] == "Errors"
                && dimensions.contains(&json!({"Name": "ExecutedVersion", "Value": version}))
        };
        assert_eq!(
            alarms.filter(|alarm| watches_version(alarm)).count(),
            1,
            "{function}"
        );
    }
}

#[test]
fn the_outputs_tell_where_everything_is() {
    let outputs = document()["Outputs"].as_object().unwrap();
    for name in [
        "ApiUrl",
        "TableName",
        "ExpirationSweepStateMachineArn",
        "DeadLetterQueueUrl",
        "DashboardUrl",
    ] {
        assert!(outputs.contains_key(name), "{name}");
    }
    for function in FUNCTIONS {
        let output = &outputs[&format!("{function}Alias")]["Value"];
        assert_eq!(referred(output), alias(function));
    }
}

#[test]
fn every_environment_is_configured_and_none_names_an_account() {
    let configuration = read("samconfig.toml");
    for environment in ["dev", "staging", "prod"] {
        let section = format!("[{environment}.deploy.parameters]\n");
        let (_, section) = configuration.split_once(&section).unwrap();
        let section = section.split("\n[").next().unwrap();
        let named = format!("\"Environment={environment}\"");
        assert!(section.contains(&named), "{environment}");
        assert!(
            section.contains("capabilities = \"CAPABILITY_IAM\""),
            "{environment}"
        );
        let asks = section.contains("confirm_changeset = true");
        assert_eq!(asks, environment == "prod", "{environment}");
    }
    for specific in ["arn:", "region =", "s3_bucket", "profile"] {
        assert!(!configuration.contains(specific), "{specific}");
    }
}
