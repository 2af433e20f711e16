//! Policies by the rules of IAM, and calls that they deny.

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::AttributeValue;
use integration_tests::faults::Faults;
use integration_tests::policy::{AUTHORIZER, Policy};
use integration_tests::recorder::Call;
use integration_tests::store::store;
use serde_json::{Value, json};

const POLICIES: &str = r##"
- Version: "2012-10-17"
  Statement:
    - Effect: Allow
      Action: xray:PutTraceSegments
      Resource: "*"
    - Effect: Allow
      Action: [dynamodb:GetItem, dynamodb:BatchGetItem, dynamodb:PutItem, dynamodb:Query]
      Resource: !GetAtt Table.Arn
      Condition:
        ForAllValues:StringLike:
          dynamodb:LeadingKeys: ["*#credits", "#tenants"]
        "Null": { dynamodb:LeadingKeys: "false" }
- Version: "2012-10-17"
  Statement:
    - Effect: Allow
      Action: dynamodb:Query
      Resource: !Sub ${Table.Arn}/index/by_contact
    - Effect: Allow
      Action: dynamodb:Query
      Resource: !Sub ${Table.Arn}/index/by_activity
      Condition:
        ForAllValues:StringEquals:
          dynamodb:LeadingKeys: t
        "Null": { dynamodb:LeadingKeys: "false" }
"##;

fn key(pk: &str) -> Value {
    json!({"pk": {"S": pk}, "sk": {"S": "one"}})
}

fn is_allowed(operation: &str, request: Value) -> bool {
    let denial = Policy::parse(POLICIES).denial(&Call::new(operation, request));
    denial.is_none()
}

#[test]
fn a_call_is_allowed_by_its_action_and_its_partition() {
    let get = |pk| is_allowed("GetItem", json!({"Key": key(pk)}));
    assert!(get("t#credits") && get("#tenants"));
    assert!(!get("t#consumptions") && !get("#api_keys") && !get("t#credits#x"));
    assert!(is_allowed("PutItem", json!({"Item": key("t#credits")})));
    assert!(!is_allowed("DeleteItem", json!({"Key": key("t#credits")})));
}

#[test]
fn each_partition_of_a_batch_counts() {
    let batch = |keys: [Value; 2]| json!({"RequestItems": {"certifications": {"Keys": keys}}});
    let get = |keys| is_allowed("BatchGetItem", batch(keys));
    assert!(get([key("t#credits"), key("#tenants")]));
    assert!(!get([key("t#credits"), key("#api_keys")]));
}

#[test]
fn a_query_is_allowed_for_its_partition_or_its_index() {
    let query = |condition: &str, index: Option<&str>| {
        let mut query = json!({
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": {":pk": {"S": "t#credits"}, ":x": {"S": "x"}},
        });
        if let Some(index) = index {
            query["IndexName"] = index.into();
        }
        is_allowed("Query", query)
    };
    assert!(query("pk = :pk", None) && query("pk = :pk AND sk > :x", None));
    assert!(!query("pk = :x", None));
    assert!(query("tenant_id = :x", Some("by_contact")));
    assert!(!query("tenant_id = :x", Some("by_expiration")));
    // The statement is bounded by a value that AWS does not document.
    assert!(!query("tenant_id = :x", Some("by_activity")));
}

#[test]
fn each_item_of_a_transaction_is_allowed_as_if_it_were_alone() {
    let put = json!({"Put": {"Item": key("t#credits")}});
    let transact = |other: Value| {
        let request = json!({"TransactItems": [put, other]});
        is_allowed("TransactWriteItems", request)
    };
    assert!(transact(json!({"Put": {"Item": key("#tenants")}})));
    assert!(!transact(json!({"Put": {"Item": key("#api_keys")}})));
    for kind in ["Delete", "Update", "ConditionCheck"] {
        assert!(
            !transact(json!({kind: {"Key": key("t#credits")}})),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn a_call_that_the_template_does_not_allow_is_denied_and_noted() {
    let (store, faults) = (store().await, Faults::default());
    let client = store.client_with(&faults.acting_as(AUTHORIZER));
    let get = |pk: &str| {
        let get = client.get_item().table_name(&store.table);
        let get = get.key("pk", AttributeValue::S(pk.to_owned()));
        get.key("sk", AttributeValue::S("one".to_owned())).send()
    };
    get("#api_keys").await.unwrap();
    assert!(faults.recorder().denials().is_empty());

    let denied = get("t#credits").await.unwrap_err().into_service_error();
    assert_eq!(denied.code(), Some("AccessDeniedException"));
    let denials = faults.recorder().denials();
    let denial = "no statement allows dynamodb:GetItem on Table for t#credits";
    assert_eq!(denials, [format!("{AUTHORIZER}: {denial}")]);
    assert_eq!(faults.recorder().calls().len(), 1);
}
