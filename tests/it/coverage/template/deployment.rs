use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{FUNCTIONS, alias, document, of_type, read, referred, resource, resources, root};

/// The resources with data, which must outlive their stack.
const DATA: [&str; 3] = [
    "AWS::DynamoDB::Table",
    "AWS::Logs::LogGroup",
    "AWS::SQS::Queue",
];

/// Those whose new version gets a part of the calls first: the authorizer fails on purpose while
/// table or issuer are away, and the sweep is called once an hour.
const SHIFTED: [&str; 2] = ["CreditsFunction", "ExpirationRuleSetsFunction"];

/// The resources that the template can make again.
const NO_DATA: [&str; 19] = [
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::ApiMapping",
    "AWS::ApiGatewayV2::DomainName",
    "AWS::ApiGatewayV2::Stage",
    "AWS::Budgets::Budget",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Role",
    "AWS::Lambda::Alias",
    "AWS::Lambda::Function",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Version",
    "AWS::Logs::MetricFilter",
    "AWS::SNS::Topic",
    "AWS::Scheduler::Schedule",
    "AWS::StepFunctions::StateMachine",
];

fn ids(kind: &str) -> BTreeSet<&'static str> {
    of_type(kind).into_iter().map(|(id, _)| id).collect()
}

/// Returns the deployment group that shifts the traffic of a function's alias.
fn deployment_group(function: &str) -> &'static Value {
    let update = &resource(&alias(function))["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"];
    &resource(referred(&update["DeploymentGroupName"]))["Properties"]
}

/// Tells whether a value is a parameter with both bounds.
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
fn what_aws_delivers_has_a_name_of_aws_choice_that_no_other_stack_has() {
    for (id, service) in [
        ("AccessLog", "apis"),
        ("ExpirationSweepStateMachineLog", "states"),
    ] {
        let name = &resource(id)["Properties"]["LogGroupName"]["Fn::Sub"];
        let expected = format!("/aws/vendedlogs/{service}/${{AWS::StackName}}-${{Id}}");
        assert_eq!(name[0], expected, "{id}");
        assert!(name[1]["Id"].to_string().contains("AWS::StackId"), "{id}");
    }
}

#[test]
fn no_stack_of_prod_comes_to_be_whose_alarms_tell_nobody() {
    let rule = &document()["Rules"]["ProdTellsSomebody"];
    let is_prod = json!({"Fn::Equals": [{"Ref": "Environment"}, "prod"]});
    assert_eq!(rule["RuleCondition"], is_prod);
    let assertion = rule["Assertions"][0]["Assert"].to_string();
    for parameter in ["AlarmEmail", "AlarmTopicArn"] {
        assert!(assertion.contains(parameter), "{assertion}");
    }
}

/// Tells whether a part of the template refers to the stack's own table even if another is given.
fn insists_on_own_table(value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            let choice = members.get("Fn::If").filter(|it| it[0] == "HasOtherTable");
            match choice {
                Some(choice) => insists_on_own_table(&choice[1]),
                None => {
                    members.get("Ref").is_some_and(|name| name == "Table")
                        || members.values().any(insists_on_own_table)
                }
            }
        }
        Value::Array(items) => {
            items.first().is_some_and(|first| first == "Table")
                || items.iter().any(insists_on_own_table)
        }
        Value::String(text) => text.contains("${Table}") || text.contains("${Table."),
        _ => false,
    }
}

#[test]
fn another_table_is_used_everywhere() {
    for (id, resource) in resources() {
        assert!(!insists_on_own_table(&resource["Properties"]), "{id}");
    }
    for (name, output) in document()["Outputs"].as_object().unwrap() {
        assert!(!insists_on_own_table(output), "{name}");
    }
    let policy = resource("CreditsFunctionRole")["Properties"].to_string();
    assert!(
        policy.contains(r#"{"Fn::GetAtt":["Table","Arn"]}"#),
        "{policy}"
    );
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
        // Built alone, so that features for `certs` are not built into a function.
        let flags = json!(["--locked", "--package", binary]);
        assert_eq!(built["CargoLambdaFlags"], flags, "{function}");
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
fn every_function_has_an_alias_and_those_behind_routes_are_shifted_slowly_outside_dev() {
    for function in FUNCTIONS {
        let properties = &resource(&alias(function))["Properties"];
        assert_eq!(properties["Name"], "live", "{function}");
        assert_eq!(referred(&properties["FunctionName"]), function);
        let configuration = &deployment_group(function)["DeploymentConfigName"];
        if !SHIFTED.contains(&function) {
            let all_at_once = configuration.to_string();
            assert!(all_at_once.contains("AllAtOnce"), "{all_at_once}");
            continue;
        }
        let configuration = &configuration["Fn::If"];
        assert_eq!(configuration[0], "IsDev", "{function}");
        let [dev, others] = [&configuration[1], &configuration[2]].map(Value::to_string);
        assert!(dev.contains("AllAtOnce"), "{dev}");
        assert!(others.contains("Canary10Percent5Minutes"), "{others}");
    }
}

#[test]
fn a_deployment_is_rolled_back_by_the_alarms_of_the_new_version_alone() {
    for function in SHIFTED {
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
        let mut watched = BTreeSet::new();
        for alarm in alarms {
            let dimensions = alarm["Dimensions"].as_array().unwrap();
            let of_version = dimensions.iter().any(|it| it["Value"] == *version);
            assert!(of_version, "{function}: {dimensions:?}");
            watched.insert(alarm["MetricName"].as_str().unwrap());
        }
        assert_eq!(
            watched,
            BTreeSet::from(["Errors", "server_errors"]),
            "{function}"
        );
    }
    for function in FUNCTIONS.iter().filter(|it| !SHIFTED.contains(it)) {
        assert!(
            deployment_group(function)["AlarmConfiguration"].is_null(),
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
