use std::collections::BTreeSet;

use serde_json::json;
use shared::protocol::cursor::{CursorScope, Position};

use super::{World, id, path};

async fn with_credits(count: usize) -> (World, BTreeSet<String>) {
    let world = World::new().await;
    let mut ids = BTreeSet::new();
    for _ in 0..count {
        ids.insert(id(&world.create(json!({})).await).to_owned());
    }
    (world, ids)
}

#[tokio::test]
async fn all_credits_come_as_a_bare_array_without_cursor_when_they_fit() {
    let (world, ids) = with_credits(3).await;
    let listed = world.api.get("/credits/{tenant}").send().await;
    let found: BTreeSet<_> = listed
        .body
        .as_array()
        .unwrap()
        .iter()
        .map(|credit| id(credit).to_owned())
        .collect();
    assert_eq!((listed.status, found), (200, ids));
    assert_eq!(
        (listed.header("link"), listed.header("x-last-evaluated-key")),
        (None, None)
    );
}

#[tokio::test]
async fn the_pages_of_a_list_hold_each_credit_exactly_once_by_header_and_by_link() {
    let (world, ids) = with_credits(7).await;
    let mut seen = Vec::new();
    let mut next = Some("/credits/{tenant}?limit=3&fields=id".to_owned());
    while let Some(page) = next {
        let listed = world.api.get(&page).send().await;
        assert_eq!(listed.status, 200, "{}", listed.text);
        seen.extend(
            listed
                .body
                .as_array()
                .unwrap()
                .iter()
                .map(|credit| id(credit).to_owned()),
        );
        next = listed.header("link").map(|link| {
            let cursor = listed.header("x-last-evaluated-key").unwrap();
            let target = link
                .strip_prefix('<')
                .and_then(|rest| rest.strip_suffix(">; rel=\"next\""))
                .unwrap();
            assert!(
                target.contains("limit=3&fields=id&exclusiveStartKey=") && target.ends_with(cursor)
            );
            target.to_owned()
        });
    }
    assert_eq!(seen.len(), 7);
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), ids);
}

#[tokio::test]
async fn a_page_can_start_after_the_plain_id_of_the_last_credit_seen() {
    let (world, ids) = with_credits(3).await;
    let first = ids.first().unwrap();
    let listed = world
        .api
        .get(&format!("/credits/{{tenant}}?exclusiveStartKey={first}"))
        .send()
        .await;
    let found: Vec<_> = listed
        .body
        .as_array()
        .unwrap()
        .iter()
        .map(|credit| id(credit).to_owned())
        .collect();
    assert_eq!(found, ids.into_iter().skip(1).collect::<Vec<_>>());
}

#[tokio::test]
async fn deleted_credits_are_not_listed_and_a_page_is_filled_past_them() {
    let (world, ids) = with_credits(4).await;
    let ids: Vec<_> = ids.into_iter().collect();
    for gone in &ids[..2] {
        assert_eq!(
            world
                .api
                .delete(&format!("/credits/{{tenant}}/{gone}"))
                .send()
                .await
                .status,
            200
        );
    }
    let listed = world.api.get("/credits/{tenant}?limit=2").send().await;
    let found: Vec<_> = listed
        .body
        .as_array()
        .unwrap()
        .iter()
        .map(|credit| id(credit).to_owned())
        .collect();
    assert_eq!(found, ids[2..]);
}

#[tokio::test]
async fn bad_limits_fields_and_cursors_are_refused() {
    let (world, _) = with_credits(2).await;
    for query in ["limit=0", "limit=1001", "limit=two", "fields=tenant_id"] {
        world
            .refused(
                world.api.get(&format!("/credits/{{tenant}}?{query}")),
                400,
                "invalid-request",
            )
            .await;
    }
    for cursor in ["1.", "1.AAAA", "2.x", ".", "not%20a%20cursor", "a%23b"] {
        let request = world
            .api
            .get(&format!("/credits/{{tenant}}?exclusiveStartKey={cursor}"));
        world.refused(request, 400, "invalid-cursor").await;
    }
}

#[tokio::test]
async fn a_cursor_serves_no_other_tenant_and_no_other_route() {
    let (world, _) = with_credits(2).await;
    let listed = world.api.get("/credits/{tenant}?limit=1").send().await;
    let cursor = listed.header("x-last-evaluated-key").unwrap();
    let (other, _) = with_credits(1).await;
    let request = other
        .api
        .get(&format!("/credits/{{tenant}}?exclusiveStartKey={cursor}"));
    other.refused(request, 400, "invalid-cursor").await;
    let request = world.api.get(&format!(
        "/credits/{{tenant}}/contact/ada?exclusiveStartKey={cursor}"
    ));
    world.refused(request, 400, "invalid-cursor").await;
}

#[tokio::test]
async fn a_page_stops_before_its_answer_grows_over_5_megabytes() {
    let world = World::new().await;
    // A quote has one byte in the table, two in JSON, and four in the event.
    for _ in 0..10 {
        let notes = "\"".repeat(170_000);
        world.create(json!({ "notes": notes })).await;
    }
    let first = world.api.get("/credits/{tenant}?limit=1000").send().await;
    let embedded = json!(first.text).to_string().len();
    assert!(embedded < 5 * 1024 * 1024 + 1024, "{embedded}");
    let cursor = first.header("x-last-evaluated-key").unwrap();
    let rest = world
        .api
        .get(&format!(
            "/credits/{{tenant}}?limit=1000&exclusiveStartKey={cursor}"
        ))
        .send()
        .await;
    let count = |page: &integration_tests::api::Response| page.body.as_array().unwrap().len();
    assert_eq!(count(&first) + count(&rest), 10);
    assert_eq!(
        world.api.delete(&path(&first.body[0])).send().await.status,
        200
    );
}

#[tokio::test]
async fn made_up_cursors_are_refused_whatever_they_hold() {
    let (world, _) = with_credits(1).await;
    let tenant = world.api.tenant();
    let long = "x".repeat(2000);
    for (id, date) in [
        ("", None),
        (long.as_str(), None),
        ("a", None),
        ("", Some("2026-01-01")),
    ] {
        let position = Position {
            id: id.to_owned(),
            date: date.map(|date| date.parse().unwrap()),
        };
        let by_contact = CursorScope::new("by_contact", &[tenant, "ada", "false"]).seal(&position);
        let request = world.api.get(&format!(
            "/credits/{{tenant}}/contact/ada?exclusiveStartKey={by_contact}"
        ));
        world.refused(request, 400, "invalid-cursor").await;
        if id != "a" {
            let listed = CursorScope::new("list_credits", &[tenant]).seal(&position);
            let request = world
                .api
                .get(&format!("/credits/{{tenant}}?exclusiveStartKey={listed}"));
            world.refused(request, 400, "invalid-cursor").await;
        }
    }
}
