use serde_json::{Value, json};

use super::super::World;
use super::SEARCH;

#[tokio::test]
async fn every_bad_field_is_named_by_its_pointer() {
    let world = World::new().await;
    let ids: Vec<_> = (0..101).map(|at| format!("c-{at}")).collect();
    let digits_39: Value = serde_json::from_str(&"1".repeat(39)).unwrap();
    for (body, pointers) in [
        (json!({"ids": ids}), vec!["/ids"]),
        (json!({"contact_id": ids}), vec!["/contact_id"]),
        (json!({"ids": "c-1"}), vec!["/ids"]),
        (json!({"ids": ["ok", "a b", ""]}), vec!["/ids/1", "/ids/2"]),
        (json!({"contact_id": [""]}), vec!["/contact_id/0"]),
        (json!({"contact_id": ["a#b"]}), vec!["/contact_id/0"]),
        (json!({"type_id": [null]}), vec!["/type_id/0"]),
        (json!({"origin": ["legacy system"]}), vec!["/origin"]),
        (json!({"status": "draft"}), vec!["/status"]),
        (json!({"self_reported": true}), vec!["/self_reported"]),
        (json!({"self_reported": ["true"]}), vec!["/self_reported/0"]),
        (json!({"quantity": 5}), vec!["/quantity"]),
        (json!({"quantity": [5]}), vec!["/quantity"]),
        (json!({"quantity": [1, 2, 3]}), vec!["/quantity"]),
        (json!({"quantity": [2, 1.9]}), vec!["/quantity"]),
        (json!({"quantity": ["1", 2]}), vec!["/quantity/0"]),
        (
            json!({"quantity_used": [digits_39, null]}),
            vec!["/quantity_used/0"],
        ),
        (
            json!({"date": ["2026-02-29", "x"]}),
            vec!["/date/0", "/date/1"],
        ),
        (json!({"date": ["2026-01-02", "2026-01-01"]}), vec!["/date"]),
        (
            json!({"date": ["2026-01-02T00:00:00Z", "2026-01-02T00:00:00+01:00"]}),
            vec!["/date"],
        ),
        (json!({"exclusiveStartKey": 1}), vec!["/exclusiveStartKey"]),
        (
            json!({"notes": "x", "origin": 1}),
            vec!["/origin", "/notes"],
        ),
        (json!({"limit": 5}), vec!["/limit"]),
    ] {
        let request = world.api.post(SEARCH).json(&body);
        let refusal = world.refused(request, 400, "validation-failed").await;
        assert_eq!(refusal.pointers(), pointers, "{body}: {}", refusal.text);
    }
    assert!(world.faults.recorder().calls().is_empty());
}

#[tokio::test]
async fn bad_bodies_and_query_values_are_refused() {
    let world = World::new().await;
    for query in [
        "limit=0",
        "limit=1001",
        "limit=x",
        "fields=pk",
        "fields=id,nothing",
    ] {
        let request = world
            .api
            .post(&format!("{SEARCH}?{query}"))
            .json(&json!({}));
        world.refused(request, 400, "invalid-request").await;
    }
    let list = world.api.post(SEARCH).json(&json!([]));
    world.refused(list, 400, "validation-failed").await;
    let typeless = world.api.post(SEARCH).body("{}");
    world.refused(typeless, 415, "unsupported-media-type").await;
    let typed = world
        .api
        .post(SEARCH)
        .header("content-type", "application/json");
    world.refused(typed.body("{"), 400, "invalid-request").await;
}

#[tokio::test]
async fn other_methods_find_no_search() {
    let world = World::new().await;
    let put = world.api.put(SEARCH).json(&json!({}));
    let refusal = put.send().await;
    assert!(matches!(refusal.status, 404 | 405), "{}", refusal.text);
}
