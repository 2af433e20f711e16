use std::collections::BTreeMap;

use integration_tests::api::routes;
use integration_tests::events::event_files;
use serde_json::Value;
use shared::http::openapi::DOCUMENT;

use crate::world::World;

/// Returns the operation id of each route from the OpenAPI document.
fn operations() -> BTreeMap<String, String> {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let mut operations = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            operations.insert(format!("{} {path}", method.to_uppercase()), id.to_owned());
        }
    }
    operations
}

#[test]
fn every_route_of_the_template_has_an_operation_and_an_event_file_of_its_name() {
    let (operations, files) = (operations(), event_files());
    for route in routes().iter().filter(|route| route.key() != "$default") {
        let operation = &operations[&route.key()];
        let file = format!("/{operation}");
        assert!(
            files.iter().any(|name| name.ends_with(&file)),
            "no event file for {operation}"
        );
    }
}

#[tokio::test]
async fn the_document_is_the_same_in_every_function_and_needs_no_key() {
    let world = World::new().await;
    for api in [&world.api, &world.rule_sets] {
        let answer = api.without_principal().get("/openapi.json").send().await;
        assert_eq!((answer.status, answer.text.as_str()), (200, DOCUMENT));
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_so_by_whichever_function_is_asked() {
    let world = World::new().await;
    for (path, allowed) in [
        ("/expirationRuleSets/{tenant}", "GET,POST"),
        ("/expirationRuleSets/{tenant}/x", "DELETE,GET,PATCH,PUT"),
        ("/expirationRuleSets/{tenant}/x/evaluate", "POST"),
    ] {
        let refusal = world
            .refused(world.api.request("TRACE", path), 405, "method-not-allowed")
            .await;
        let mut methods: Vec<_> = refusal.header("allow").unwrap().split(',').collect();
        methods.sort_unstable();
        assert_eq!(methods.join(","), allowed);
    }
}
