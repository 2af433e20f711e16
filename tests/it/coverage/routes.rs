use std::collections::BTreeMap;

use integration_tests::api::{event_files, routes};
use serde_json::Value;
use shared::http::openapi::DOCUMENT;

use crate::credits::{World, id};

/// The operation id of each route, as the OpenAPI document tells it.
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
async fn every_event_file_of_credits_is_answered_with_success() {
    let world = World::new().await;
    for name in event_files()
        .iter()
        .filter(|name| name.starts_with("credits/"))
    {
        let created = world
            .create(serde_json::json!({"contact_id": "contact-ada", "status": "submitted"}))
            .await;
        let answer = world.api.replay(name, &[("id", id(&created))]).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
    }
}

#[tokio::test]
async fn the_document_needs_no_key() {
    let world = World::new().await;
    let answer = world
        .api
        .without_principal()
        .get("/openapi.json")
        .send()
        .await;
    assert_eq!((answer.status, answer.text.as_str()), (200, DOCUMENT));
    assert_eq!(answer.header("content-type"), Some("application/json"));
}
