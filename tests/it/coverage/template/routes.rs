use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use shared::http::openapi::DOCUMENT;

use super::{alias, of_type, referred, resource};

const DEFAULT: &str = "$default";
const OPEN: &str = "GET /openapi.json";

/// Returns every operation of a document, by its route key.
fn operations(document: &Value) -> BTreeMap<String, Value> {
    let mut operations = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let key = match method.as_str() {
                "x-amazon-apigateway-any-method" => path.clone(),
                method => format!("{} {path}", method.to_uppercase()),
            };
            operations.insert(key, operation.clone());
        }
    }
    operations
}

/// Returns the document of the HTTP API.
fn body() -> &'static Value {
    &resource("HttpApi")["Properties"]["Body"]
}

/// Returns the alias in the address of a function for API Gateway, which is a `Fn::Sub`.
fn alias_in(uri: &Value) -> String {
    let substituted = listed_first(&uri["Fn::Sub"]).as_str().unwrap();
    let (_, called) = substituted.split_once("/functions/${").unwrap();
    let (name, _) = called.split_once("}/invocations").unwrap();
    match &uri["Fn::Sub"][1][name] {
        Value::Null => name.to_owned(),
        variable => referred(variable).to_owned(),
    }
}

fn listed_first(value: &Value) -> &Value {
    super::listed(value)[0]
}

/// Returns the function of each route, by the routers' own documents.
fn routers() -> BTreeMap<String, &'static str> {
    let parts = [
        (
            "ExpirationRuleSetsFunction",
            expiration_rule_sets::api().document(),
        ),
        ("CreditsFunction", credits::api().document()),
    ];
    let mut routes = BTreeMap::new();
    for (function, document) in parts {
        let document = serde_json::to_value(&document).unwrap();
        let keys = operations(&document).into_keys();
        // Both have the route of the document. The last one is in the template.
        routes.extend(keys.map(|key| (key, function)));
    }
    routes
}

#[test]
fn the_routes_of_gateway_document_and_routers_are_the_same() {
    let mut gateway: BTreeSet<_> = operations(body()).into_keys().collect();
    assert!(gateway.remove(DEFAULT));
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let documented: BTreeSet<_> = operations(&document).into_keys().collect();
    assert_eq!(gateway, documented);
    let routed: BTreeSet<_> = routers().into_keys().collect();
    assert_eq!(gateway, routed);
}

#[test]
fn every_route_leads_to_the_alias_of_the_function_that_has_it() {
    let mut routers = routers();
    routers.insert(DEFAULT.to_owned(), "CreditsFunction");
    for (key, operation) in operations(body()) {
        let integration = &operation["x-amazon-apigateway-integration"];
        assert_eq!(alias_in(&integration["uri"]), alias(routers[&key]), "{key}");
        assert_eq!(integration["payloadFormatVersion"], "2.0", "{key}");
    }
}

#[test]
fn every_route_but_two_asks_the_authorizer() {
    for (key, operation) in operations(body()) {
        let asked = operation.get("security").cloned();
        let asks = asked == Some(json!([{"Caller": []}]));
        assert_eq!(asks, key != DEFAULT && key != OPEN, "{key}: {asked:?}");
    }
    let schemes = &body()["components"]["securitySchemes"];
    let caller = &schemes["Caller"]["x-amazon-apigateway-authorizer"];
    assert_eq!(
        alias_in(&caller["authorizerUri"]),
        alias("AuthorizerFunction")
    );
    assert_eq!(caller["enableSimpleResponses"], true);
}

#[test]
fn the_gateway_may_call_each_function_of_a_route_by_its_alias() {
    let mut callable = BTreeSet::new();
    for (id, permission) in of_type("AWS::Lambda::Permission") {
        let called = referred(&permission["FunctionName"]);
        assert!(called.ends_with("Aliaslive"), "{id} is for {called}");
        callable.insert(called.to_owned());
    }
    for function in [
        "AuthorizerFunction",
        "CreditsFunction",
        "ExpirationRuleSetsFunction",
    ] {
        assert!(callable.contains(&alias(function)), "{function}");
    }
}

#[test]
fn the_stage_prefixes_no_path() {
    for (id, stage) in of_type("AWS::ApiGatewayV2::Stage") {
        assert_eq!(stage["StageName"], "$default", "{id}");
    }
}
