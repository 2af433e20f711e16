//! A cursor belongs to its search.

use serde_json::{Value, json};

use super::super::{World, credit};
use super::{SEARCH, items};

async fn cursor(world: &World, body: &Value) -> String {
    let page = world.search("?limit=1", body).await.body;
    page["LastEvaluatedKey"].as_str().unwrap().to_owned()
}

async fn two_credits() -> World {
    let world = World::new().await;
    for _ in 0..2 {
        world.create(json!({"expiration_date": "2027-01-01"})).await;
    }
    world
}

#[tokio::test]
async fn a_cursor_works_in_the_query_as_in_the_body_and_with_other_limits_and_fields() {
    let world = two_credits().await;
    let body = json!({"contact_id": ["ada", "bob"], "date": ["2026-01-01", null]});
    let cursor = cursor(&world, &body).await;
    let same = json!({
        "contact_id": ["bob", "ada", "ada"], "date": ["2025-12-31T20:00:00-06:00", null],
        "status": [], "exclusiveStartKey": cursor,
    });
    let query = format!("?fields=date&exclusiveStartKey={cursor}");
    for (query, body) in [("?limit=9", &same), (&query, &body), (&query, &same)] {
        let page = world.search(query, body).await.body;
        assert_eq!(items(&page).len(), 1, "{query} {body}");
    }
}

#[tokio::test]
async fn a_cursor_of_another_search_route_or_tenant_is_refused() {
    let world = two_credits().await;
    let everything = cursor(&world, &json!({})).await;
    let of_ada = cursor(&world, &json!({"contact_id": ["ada"]})).await;
    let look_up = world
        .api
        .get("/credits/{tenant}/contact/ada?limit=1")
        .send()
        .await;
    let of_look_up = look_up.body["LastEvaluatedKey"].as_str().unwrap();
    let list = world.api.get("/credits/{tenant}?limit=1").send().await;
    let of_list = list.header("x-last-evaluated-key").unwrap();
    let of_other = cursor(&two_credits().await, &json!({})).await;
    let by_contact = json!({"contact_id": ["ada"]});
    for (body, cursor) in [
        (json!({}), of_ada.as_str()),
        (by_contact.clone(), &everything),
        (json!({"contact_id": ["ada", "bob"]}), &of_ada),
        (json!({"contact_id": ["ada"], "status": ["draft"]}), &of_ada),
        (by_contact, of_look_up),
        (json!({}), of_list),
        (json!({}), &of_other),
        (json!({}), "1.AAAA"),
        (json!({}), "a-plain-id"),
    ] {
        let mut in_body = body.clone();
        in_body["exclusiveStartKey"] = json!(cursor);
        let request = world.api.post(SEARCH).json(&in_body);
        world.refused(request, 400, "invalid-cursor").await;
        let in_query = format!("{SEARCH}?exclusiveStartKey={cursor}");
        let request = world.api.post(&in_query).json(&body);
        world.refused(request, 400, "invalid-cursor").await;
    }
    let list = format!("/credits/{{tenant}}?exclusiveStartKey={everything}");
    world
        .refused(world.api.get(&list), 400, "invalid-cursor")
        .await;
}

#[tokio::test]
async fn two_cursors_that_differ_are_refused() {
    let world = two_credits().await;
    let path = format!("{SEARCH}?exclusiveStartKey=1.a");
    let request = world
        .api
        .post(&path)
        .json(&json!({"exclusiveStartKey": "1.b"}));
    let refusal = world.refused(request, 400, "validation-failed").await;
    assert_eq!(refusal.pointers(), ["/exclusiveStartKey"]);
    let path = format!("{SEARCH}?exclusiveStartKey=");
    let nothing = world
        .api
        .post(&path)
        .json(&json!({"exclusiveStartKey": ""}));
    assert_eq!(items(&nothing.send().await.body).len(), 2);
}

#[tokio::test]
async fn a_cursor_stands_where_its_credit_was_deleted() {
    let world = World::new().await;
    for at in 1..=3 {
        let body = credit(json!({"date": format!("2026-01-0{at}")}));
        world.create(body).await;
    }
    let mut body = json!({"contact_id": ["ada"]});
    let page = world.search("?limit=1", &body).await.body;
    let seen = super::super::path(&items(&page)[0]);
    assert_eq!(world.api.delete(&seen).send().await.status, 200);
    body["exclusiveStartKey"] = page["LastEvaluatedKey"].clone();
    assert_eq!(world.search_all("", &body).await.len(), 2);
}
