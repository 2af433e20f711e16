use integration_tests::api::{Api, Request, Response, Route, routes};
use serde_json::json;

use super::{World, credit, id};

fn own_routes() -> impl Iterator<Item = &'static Route> {
    routes()
        .iter()
        .filter(|route| route.path.starts_with("/credits/"))
}

/// Returns a request for each route of the function, with valid values.
fn requests(api: &Api, id: &str) -> Vec<Request> {
    own_routes()
        .map(|route| {
            let path = route
                .path
                .replace("{tenantId}", "{tenant}")
                .replace("{id}", id);
            let path = path
                .replace("{contact_id}", "ada")
                .replace("{application_id}", "a")
                .replace("{activity_id}", "webinar-12");
            let path = path
                .replace("{course_registration_id}", "c")
                .replace("{event_registration_id}", "e");
            let request = api.request(&route.method, &path);
            match route.method.as_str() {
                "POST" if path.ends_with("/search") => request.json(&json!({})),
                "POST" if path.ends_with("/consume") => {
                    request.json(&json!({"application_id": "a", "quantity": 0.5}))
                }
                "POST" if path.ends_with("/batch") => request.json(&json!({"operations": [
                    {"operation": "create", "object": credit(json!({}))},
                ]})),
                "POST" | "PUT" => request.json(&credit(json!({}))),
                "PATCH" => {
                    request.json_patch(&json!([{"op": "add", "path": "/notes", "value": "n"}]))
                }
                _ => request,
            }
        })
        .collect()
}

#[tokio::test]
async fn nobody_and_strangers_are_refused_on_every_route_before_the_store_is_asked() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    world.faults.recorder().clear();
    let stranger =
        world
            .api
            .as_principal("mallory", &["another.example"], &["read", "write", "admin"]);
    let nobody = world.api.as_principal("", &[], &[]);
    for (api, status, code) in [
        (&world.api.without_principal(), 401, "unauthenticated"),
        (&nobody, 401, "unauthenticated"),
        (&stranger, 403, "forbidden"),
        (&stranger.for_tenant("no such tenant"), 403, "forbidden"),
    ] {
        for request in requests(api, id(&created)) {
            let refusal = world.refused(request, status, code).await;
            assert_eq!(refusal.header("www-authenticate").is_some(), status == 401);
            assert!(
                !refusal.text.contains(world.api.tenant()),
                "{}",
                refusal.text
            );
        }
    }
    assert!(world.faults.recorder().calls().is_empty());
}

#[tokio::test]
async fn another_tenants_credit_is_as_if_it_did_not_exist() {
    let (owner, other) = (World::new().await, World::new().await);
    let secret = owner.create(json!({"notes": "marker"})).await;
    let without_id = |answer: Response| {
        answer
            .text
            .replace(answer.header("x-request-id").unwrap(), "")
    };
    let theirs = requests(&other.api, id(&secret)).into_iter();
    let missing = requests(&other.api, "00000000-0000-4000-8000-000000000000");
    for (route, (theirs, missing)) in own_routes().zip(theirs.zip(missing)) {
        let (theirs, missing) = (theirs.send().await, missing.send().await);
        assert!(!theirs.text.contains("marker"), "{}", route.key());
        if route.path.contains("{id}") {
            assert_eq!(
                (theirs.status, missing.status),
                (404, 404),
                "{}",
                route.key()
            );
            assert_eq!(without_id(theirs), without_id(missing));
        }
    }
    assert_eq!(owner.read(id(&secret)).await.body, secret);
}
