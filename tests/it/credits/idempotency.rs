use integration_tests::api::Request;
use serde_json::{Value, json};

use super::{World, credit, id, path};

fn create(world: &World, key: &str, body: &Value) -> Request {
    world
        .api
        .post("/credits/{tenant}")
        .header("idempotency-key", key)
        .json(body)
}

#[tokio::test]
async fn a_repeated_create_answers_the_record_as_it_is_now() {
    let world = World::new().await;
    let body = credit(json!({}));
    let first = create(&world, "order-1", &body).send().await;
    assert_eq!(
        (first.status, first.header("idempotency-replayed")),
        (200, None),
        "{}",
        first.text
    );
    let operations = json!([{"op": "add", "path": "/notes", "value": "later"}]);
    let patched = world.patch(&first.body, &operations).send().await;
    let writes = world.faults.recorder().applied_writes();
    let again = create(&world, "order-1", &body).send().await;
    assert_eq!(
        (again.status, again.header("idempotency-replayed")),
        (200, Some("true"))
    );
    assert_eq!(
        (&again.body, again.header("etag")),
        (&patched.body, Some("\"2\""))
    );
    assert_eq!(world.faults.recorder().applied_writes(), writes);
}

#[tokio::test]
async fn the_same_body_in_another_spelling_is_the_same_request() {
    let world = World::new().await;
    create(&world, "k", &credit(json!({}))).send().await;
    let text = r#"{"quantity": 25e-1, "date": "2026-03-14", "contact_id": "ada", "activity_id": "webinar-12",
        "origin": "certification activity", "type_id": "ceu"}"#;
    let request = world
        .api
        .post("/credits/{tenant}")
        .header("idempotency-key", "k");
    let again = request
        .header("content-type", "application/json")
        .body(text)
        .send()
        .await;
    assert_eq!(
        (again.status, again.header("idempotency-replayed")),
        (200, Some("true")),
        "{}",
        again.text
    );
}

#[tokio::test]
async fn the_same_key_with_another_body_is_refused() {
    let world = World::new().await;
    let first = create(&world, "k", &credit(json!({}))).send().await.body;
    let request = create(&world, "k", &credit(json!({"quantity": 3})));
    world.refused(request, 422, "idempotency-key-reused").await;
    assert_eq!(world.read(id(&first)).await.body, first);
}

#[tokio::test]
async fn the_same_key_of_two_tenants_makes_two_records() {
    let (one, other) = (World::new().await, World::new().await);
    let body = credit(json!({}));
    let ids = [
        create(&one, "k", &body).send().await,
        create(&other, "k", &body).send().await,
    ]
    .map(|answer| id(&answer.body).to_owned());
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn repeating_the_create_of_a_deleted_record_does_not_bring_it_back() {
    let world = World::new().await;
    let body = credit(json!({}));
    let first = create(&world, "k", &body).send().await.body;
    world.api.delete(&path(&first)).send().await;
    world
        .refused(create(&world, "k", &body), 409, "record-deleted")
        .await;
    assert_eq!(world.read(id(&first)).await.status, 404);
}

#[tokio::test]
async fn parallel_creates_with_one_key_make_one_record() {
    let world = World::new().await;
    let body = credit(json!({}));
    let answers =
        futures_util::future::join_all((0..20).map(|_| create(&world, "k", &body).send())).await;
    let ids: std::collections::HashSet<_> = answers.iter().map(|answer| id(&answer.body)).collect();
    assert_eq!(
        (ids.len(), world.faults.recorder().applied_writes()),
        (1, 1)
    );
    let replayed = answers
        .iter()
        .filter(|answer| answer.header("idempotency-replayed").is_some())
        .count();
    assert_eq!(replayed, 19);
}

#[tokio::test]
async fn keys_that_are_no_keys_are_refused() {
    let world = World::new().await;
    for key in ["", "two words", &"x".repeat(256)] {
        world
            .refused(
                create(&world, key, &credit(json!({}))),
                400,
                "invalid-request",
            )
            .await;
    }
}
