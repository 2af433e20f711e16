use integration_tests::api::{Api, Request, Route, routes};
use serde_json::json;
use shared::model::principal::Scope;

use super::sender;
use crate::credits::credit;
use crate::rule_sets::rule_set;
use crate::world::World;

/// The only routes without a key, beside `$default`.
const OPEN: [&str; 1] = ["GET /openapi.json"];

/// The routes that read with POST.
const READING_POSTS: [&str; 2] = ["/search", "/evaluate"];

fn only_reads(route: &Route) -> bool {
    let is_reading_post = READING_POSTS.iter().any(|end| route.path.ends_with(end));
    route.method == "GET" || is_reading_post
}

fn request(api: &Api, route: &Route) -> Request {
    let mut path = route.path.replace("{tenantId}", "{tenant}");
    for parameter in ["id", "contact_id", "activity_id", "application_id"] {
        path = path.replace(&format!("{{{parameter}}}"), "some-id");
    }
    let path = path.replace("{course_registration_id}", "c");
    let path = path.replace("{event_registration_id}", "e");
    assert!(!path.replace("{tenant}", "").contains('{'), "{path}");
    let request = api.request(&route.method, &path);
    match (route.method.as_str(), path.rsplit('/').next().unwrap()) {
        ("PATCH", _) => request.json_patch(&json!([{"op": "add", "path": "/name", "value": "n"}])),
        ("POST", "batch") => {
            request.json(&json!({"operations": [{"operation": "delete", "id": "x"}]}))
        }
        ("POST", "evaluate") => request.json(&json!({"facts": {}, "date": "2026-03-14"})),
        ("POST", "consume") => request.json(&json!({"application_id": "a", "quantity": 1})),
        ("POST", "search") => request.json(&json!({})),
        ("POST" | "PUT", _) if path.starts_with("/credits") => request.json(&credit(json!({}))),
        ("POST" | "PUT", _) => request.json(&rule_set(json!({}))),
        _ => request,
    }
}

/// Returns the function of a route.
fn server<'a>(world: &'a World, route: &Route) -> &'a Api {
    match route.path.starts_with("/expirationRuleSets/") {
        true => &world.rule_sets,
        false => &world.api,
    }
}

#[tokio::test]
async fn every_route_refuses_no_key_a_strangers_key_and_one_that_may_only_read() {
    let (world, stranger) = (World::new().await, World::new().await);
    let everything = [Scope::Read, Scope::Write, Scope::Admin];
    let reading = world.key(&[Scope::Read]).await;
    let writing = world.key(&[Scope::Write]).await;
    let right = world.key(&everything).await;
    let strange = stranger.key(&everything).await;
    let guarded = routes()
        .iter()
        .filter(|route| !OPEN.contains(&route.key().as_str()));
    for route in guarded {
        let api = server(&world, route);
        let as_sender = async |header: Option<&str>| {
            let api = sender(&world.authorizer(), api, header).await;
            request(&api, route)
        };
        let (too_little, enough) = match only_reads(route) {
            true => (&writing, &reading),
            false => (&reading, &writing),
        };
        world
            .refused(as_sender(None).await, 401, "unauthenticated")
            .await;
        for key in [&strange, too_little] {
            let request = as_sender(Some(key.reveal())).await;
            world.refused(request, 403, "forbidden").await;
        }
        for key in [enough, &right] {
            let answer = as_sender(Some(key.reveal())).await.send().await;
            let is_let_in = matches!(answer.status, 200 | 404 | 409);
            assert!(is_let_in, "{}: {}", route.key(), answer.text);
        }
    }
}

#[tokio::test]
async fn the_open_route_answers_the_document_to_anybody() {
    let world = World::new().await;
    for header in [None, Some("nonsense")] {
        let api = sender(&world.authorizer(), &world.api, header).await;
        for route in routes()
            .iter()
            .filter(|route| OPEN.contains(&route.key().as_str()))
        {
            assert_eq!(request(&api, route).send().await.status, 200);
        }
    }
}
