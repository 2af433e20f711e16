//! Reads the policies of the template.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_yaml_ng::Value;

use super::{Partitions, Policy, Statement};

/// The properties of a function that contain its policies.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Function {
    #[serde(default)]
    policies: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    statement: Vec<Spelled>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Spelled {
    effect: String,
    action: Value,
    resource: Value,
    #[serde(default)]
    condition: BTreeMap<String, BTreeMap<String, Value>>,
}

/// A managed policy, which is its own resource.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Managed {
    policy_document: Value,
}

/// Returns the policies of all functions and the managed policies, by logical id.
pub(super) fn of_template() -> BTreeMap<String, Policy> {
    let functions: Vec<(String, Function)> =
        certs::template::named_properties_of("AWS::Serverless::Function")
            .expect("the template can be read");
    let managed: Vec<(String, Managed)> =
        certs::template::named_properties_of("AWS::IAM::ManagedPolicy")
            .expect("the template can be read");
    let managed = managed
        .into_iter()
        .map(|(name, own)| (name, vec![own.policy_document]));
    let functions = functions
        .into_iter()
        .map(|(name, own)| (name, own.policies));
    let all = functions.chain(managed);
    all.map(|(name, policies)| (name, policy(policies)))
        .collect()
}

pub(super) fn policy(policies: Vec<Value>) -> Policy {
    let documents = policies.into_iter().map(|policy| {
        let document: Result<Document, _> = serde_yaml_ng::from_value(policy);
        document.expect("each policy is spelled out: a name does not show what it allows")
    });
    let statements = documents.flat_map(|document| document.statement);
    Policy {
        statements: statements.filter_map(statement).collect(),
    }
}

/// Reads a statement. Returns nothing for a statement about other services.
fn statement(spelled: Spelled) -> Option<Statement> {
    let actions: Vec<_> = each(spelled.action).into_iter().map(text).collect();
    let is_other = |action: &String| {
        let service = action.split_once(':').map(|(service, _)| service);
        service.is_some_and(|service| service != "dynamodb")
    };
    if actions.iter().all(is_other) {
        return None;
    }
    assert_eq!(spelled.effect, "Allow", "denying is not understood here");
    Some(Statement {
        actions,
        resources: each(spelled.resource).into_iter().map(resource).collect(),
        partitions: partitions(spelled.condition),
    })
}

fn partitions(mut condition: BTreeMap<String, BTreeMap<String, Value>>) -> Option<Partitions> {
    // "For all values" is also true without values, so a second condition requires at least one.
    let wanted = condition.remove("Null");
    assert_eq!(
        condition.is_empty(),
        wanted.is_none_or(|wanted| wanted["dynamodb:LeadingKeys"] != "false"),
        "a condition on partitions goes with one that there are any"
    );
    let mut operators = condition.into_iter();
    let (operator, keys) = operators.next()?;
    let have_wildcards = match operator.as_str() {
        "ForAllValues:StringEquals" => false,
        "ForAllValues:StringLike" => true,
        other => panic!("the condition `{other}` is not understood here"),
    };
    let mut keys = keys.into_iter();
    let (name, values) = keys.next().expect("a condition has a key");
    assert_eq!(name, "dynamodb:LeadingKeys", "not understood here");
    let others = operators.count() + keys.count();
    assert_eq!(others, 0, "only one condition is understood here");
    Some(Partitions {
        have_wildcards,
        keys: each(values).into_iter().map(text).collect(),
    })
}

/// Returns `Table` for `!GetAtt Table.Arn`, and `Table/index/x` for `!Sub ${Table.Arn}/index/x`. Of
/// a condition on another table, reads the branch without one.
fn resource(value: Value) -> String {
    let Value::Tagged(tagged) = value else {
        return text(value);
    };
    if tagged.tag == "If" {
        let mut branches = each(tagged.value).into_iter();
        assert_eq!(branches.next().map(text).as_deref(), Some("HasOtherTable"));
        return branches.next_back().map(resource).expect("an else");
    }
    let spelled = text(tagged.value);
    if tagged.tag == "GetAtt" {
        let name = spelled.strip_suffix(".Arn");
        return name.expect("a policy names an ARN").to_owned();
    }
    assert_eq!(tagged.tag, "Sub", "not understood here");
    spelled.replace("${Table.Arn}", "Table")
}

/// Returns one value, or each value of a list.
fn each(value: Value) -> Vec<Value> {
    match value {
        Value::Sequence(values) => values,
        one => vec![one],
    }
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => panic!("a text is expected in a policy, not {other:?}"),
    }
}
