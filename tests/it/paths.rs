//! A path has the same meaning for a function as for the gateway, or the request is refused.

use integration_tests::api::{Api, Request, Route, routes};
use serde_json::json;

use crate::credits::credit;
use crate::world::World;

/// Characters that no id may have, encoded.
const FOREIGN: [&str; 10] = [
    "a%2Fb",
    "a%2fb",
    "a%23b",
    "a%3Fb",
    "a%25b",
    "a%5Cb",
    "a%0Ab",
    "a%20",
    "%2E%2E",
    "search%23x",
];

fn guarded_routes() -> impl Iterator<Item = &'static Route> {
    routes()
        .iter()
        .filter(|route| route.path.contains("{tenantId}"))
}

/// Returns the function of a route.
fn api<'a>(world: &'a World, route: &Route) -> &'a Api {
    match route.path.starts_with("/expirationRuleSets/") {
        true => &world.rule_sets,
        false => &world.api,
    }
}

/// Returns the route's path with this value for a parameter that is not the tenant, and good values
/// for the others.
fn path(route: &Route, parameter: &str, value: &str) -> String {
    let segments = route.path.split('/').map(|segment| match segment {
        "{tenantId}" => "{tenant}",
        segment if segment == parameter => value,
        segment if segment.starts_with('{') => "ada",
        segment => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

fn parameters(route: &Route) -> impl Iterator<Item = &str> {
    let segments = route.path.split('/');
    segments.filter(|segment| segment.starts_with('{') && *segment != "{tenantId}")
}

/// Adds a body that the route accepts.
fn request(api: &Api, route: &Route, path: &str) -> Request {
    let request = api.request(&route.method, path);
    let create = json!({"operation": "create", "object": credit(json!({}))});
    match (route.method.as_str(), route.path.rsplit('/').next()) {
        ("POST", Some("batch")) => request.json(&json!({ "operations": [create] })),
        ("POST", Some("search")) => request.json(&json!({})),
        ("POST", Some("consume")) => request.json(&json!({"application_id": "a", "quantity": 1})),
        ("POST" | "PUT", _) => request.json(&credit(json!({}))),
        ("PATCH", _) => request.json_patch(&json!([])),
        _ => request,
    }
}

#[tokio::test]
async fn an_encoded_slash_reaches_no_route_and_changes_nothing() {
    let world = World::new().await;
    world.create(json!({})).await;
    let order = json!({"application_id": "ada", "quantity": 1});
    let consume = world.api.post("/credits/{tenant}/contact/ada/consume");
    assert_eq!(consume.json(&order).send().await.status, 200);
    for route in guarded_routes() {
        let path = path(route, "", "");
        for (at, _) in path.match_indices('/').skip(1) {
            for slash in ["%2F", "%2f"] {
                let encoded = format!("{}{slash}{}", &path[..at], &path[at + 1..]);
                let request = request(api(&world, route), route, &encoded);
                let refusal = request.clone().send().await;
                assert_eq!(refusal.status, 400, "{} {encoded}", route.method);
                world.refused(request, 400, "invalid-request").await;
            }
        }
    }
}

#[tokio::test]
async fn a_value_that_cannot_be_an_id_is_named_as_that_on_every_route() {
    let world = World::new().await;
    for route in guarded_routes() {
        for parameter in parameters(route) {
            for value in FOREIGN {
                let path = path(route, parameter, value);
                let request = request(api(&world, route), route, &path);
                let refusal = request.clone().send().await;
                assert_eq!(refusal.status, 400, "{} {path}", route.method);
                world.refused(request, 400, "invalid-request").await;
            }
        }
    }
}

#[tokio::test]
async fn what_no_route_of_the_gateway_took_reaches_no_route_of_a_function() {
    let world = World::new().await;
    for path in [
        "/credits%2F{tenant}",
        "/%63redits/{tenant}",
        "/credits/{tenant}/contac%74/ada",
    ] {
        world
            .refused(world.api.get(path), 400, "invalid-request")
            .await;
    }
    for (path, status, code) in [
        ("/credits", 404, "not-found"),
        ("/credits/{tenant}/", 404, "not-found"),
        ("/credits/{tenant}/contact/ada/more", 404, "not-found"),
        ("/credits/{tenant}/batch/", 404, "not-found"),
    ] {
        world.refused(world.api.get(path), status, code).await;
    }
}
