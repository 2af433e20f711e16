use serde_json::Value;

use super::{alias, listed, of_type};

/// The only actions that accept no single resource.
const FOR_ALL: [&str; 12] = [
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
];

/// What roles may do beyond AWS's own policies: logging, tracing, and shifting traffic.
const MANAGED: [&str; 3] = [
    "/service-role/AWSLambdaBasicExecutionRole",
    "/AWSXrayWriteOnlyAccess",
    "/service-role/AWSCodeDeployRoleForLambda",
];

/// Returns each statement of each role and managed policy, with its logical id.
fn statements() -> Vec<(&'static str, &'static Value)> {
    let roles = of_type("AWS::IAM::Role");
    let policies = roles.into_iter().flat_map(|(id, role)| {
        let policies = role["Policies"].as_array().into_iter().flatten();
        policies.map(move |policy| (id, &policy["PolicyDocument"]["Statement"]))
    });
    let managed = of_type("AWS::IAM::ManagedPolicy").into_iter();
    let managed = managed.map(|(id, policy)| (id, &policy["PolicyDocument"]["Statement"]));
    policies
        .chain(managed)
        .flat_map(|(id, statements)| {
            let statements = statements.as_array().unwrap().iter();
            statements.map(move |statement| (id, statement))
        })
        .collect()
}

fn actions(statement: &Value) -> Vec<&str> {
    let actions = listed(&statement["Action"]).into_iter();
    actions.map(|action| action.as_str().unwrap()).collect()
}

#[test]
fn operators_may_look_up_their_stack_and_no_other() {
    let found = statements().into_iter().filter(|(_, statement)| {
        let actions = actions(statement);
        actions
            .iter()
            .any(|action| action.starts_with("cloudformation:"))
    });
    let [(id, statement)] = found.collect::<Vec<_>>().try_into().unwrap();
    assert_eq!(
        (id, actions(statement)),
        ("OperatorPolicy", vec!["cloudformation:DescribeStacks"])
    );
    let resource = statement["Resource"].to_string();
    assert!(
        resource.contains(":stack/${AWS::StackName}/*"),
        "{resource}"
    );
}

#[test]
fn every_action_is_spelled_out() {
    for (role, statement) in statements() {
        assert_eq!(statement["Effect"], "Allow", "{role}");
        let actions = actions(statement);
        assert!(
            !actions.iter().any(|action| action.contains('*')),
            "{role}: {actions:?}"
        );
    }
}

#[test]
fn only_the_delivery_of_logs_and_traces_is_for_all_resources() {
    for (role, statement) in statements() {
        if listed(&statement["Resource"]).contains(&&Value::from("*")) {
            let unknown: Vec<_> = actions(statement)
                .into_iter()
                .filter(|action| !FOR_ALL.contains(action))
                .collect();
            assert!(unknown.is_empty(), "{role}: {unknown:?}");
        }
    }
}

#[test]
fn the_table_and_its_indexes_are_named() {
    let mut seen = 0;
    for (role, statement) in statements() {
        if actions(statement)
            .iter()
            .any(|action| action.starts_with("dynamodb:"))
        {
            let resources = statement["Resource"].to_string();
            assert!(resources.contains("Table"), "{role}: {resources}");
            assert!(!resources.contains('*'), "{role}: {resources}");
            seen += 1;
        }
    }
    assert!(seen >= 4, "{seen}");
}

#[test]
fn functions_are_invoked_by_their_alias_only() {
    for (role, statement) in statements() {
        if actions(statement).contains(&"lambda:InvokeFunction") {
            let expected = serde_json::json!({"Ref": alias("ExpirationSweepFunction")});
            assert_eq!(statement["Resource"], expected, "{role}");
        }
    }
    for (id, machine) in of_type("AWS::StepFunctions::StateMachine") {
        let called = &machine["DefinitionSubstitutions"]["FunctionArn"];
        let expected = serde_json::json!({"Ref": alias("ExpirationSweepFunction")});
        assert_eq!(*called, expected, "{id}");
    }
}

#[test]
fn only_known_policies_of_aws_are_added() {
    for (id, role) in of_type("AWS::IAM::Role") {
        for policy in role["ManagedPolicyArns"].as_array().into_iter().flatten() {
            let arn = policy.as_str().unwrap();
            let known = MANAGED.iter().any(|known| arn.ends_with(known));
            assert!(known, "{id}: {arn}");
        }
    }
}
