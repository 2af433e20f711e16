use std::path::Path;
use std::{env, fs};

use integration_tests::api::routes;
use serde_json::Value;
use shared::http::openapi::DOCUMENT;

/// The variable that makes the test write the document instead of comparing it.
const UPDATE: &str = "UPDATE_OPENAPI";

fn generated() -> String {
    let mut document = credits::api().document();
    document.merge(expiration_rule_sets::api().document());
    document.to_pretty_json().unwrap() + "\n"
}

#[test]
fn the_document_is_what_the_routes_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/src/http/openapi.json");
    if env::var_os(UPDATE).is_some() {
        fs::write(path, generated()).unwrap();
        return;
    }
    assert!(
        generated() == DOCUMENT,
        "run the tests once with {UPDATE}=1 to write the document anew"
    );
}

#[test]
fn the_document_has_the_routes_of_the_template_and_no_others() {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    assert_eq!(
        document["openapi"].as_str().map(|version| &version[..3]),
        Some("3.1")
    );
    let mut documented = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations
            .as_object()
            .unwrap()
            .keys()
            .filter(|key| *key != "parameters")
        {
            documented.push(format!("{} {path}", method.to_uppercase()));
        }
    }
    let mut spelled_out: Vec<_> = routes()
        .iter()
        .map(|route| route.key())
        .filter(|key| key != "$default")
        .collect();
    documented.sort();
    spelled_out.sort();
    assert_eq!(documented, spelled_out);
}

#[test]
fn every_route_is_called_by_the_operation_id_of_the_document() {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let paths = document["paths"].as_object().unwrap().values();
    let mut documented: Vec<_> = paths
        .flat_map(|operations| operations.as_object().unwrap().values())
        .filter_map(|operation| operation["operationId"].as_str())
        .collect();
    let (credits, rule_sets) = (credits::api(), expiration_rule_sets::api());
    let mut called: Vec<_> = credits.operations().chain(rule_sets.operations()).collect();
    called.sort_unstable();
    called.dedup();
    documented.sort_unstable();
    assert_eq!(called, documented);
}
