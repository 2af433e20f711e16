use serde_json::json;

use super::{World, id, path};

#[tokio::test]
async fn a_credit_is_read_with_its_version_as_etag() {
    let world = World::new().await;
    let created = world.create(json!({"notes": "n"})).await;
    let read = world.api.get(&path(&created)).send().await;
    assert_eq!((read.status, read.header("etag")), (200, Some("\"1\"")));
    assert_eq!(read.body, created);
}

#[tokio::test]
async fn only_selected_fields_are_answered_the_id_always_and_the_etag_too() {
    let world = World::new().await;
    let created = world.create(json!({"status": "draft"})).await;
    let read = world
        .api
        .get(&format!("{}?fields=status,date,%20usages", path(&created)))
        .send()
        .await;
    assert_eq!(
        read.body,
        json!({"id": id(&created), "status": "draft", "date": "2026-03-14"})
    );
    assert_eq!(read.header("etag"), Some("\"1\""));
}

#[tokio::test]
async fn the_selection_reaches_the_store_as_a_projection() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    world.faults.recorder().clear();
    world
        .api
        .get(&format!("{}?fields=status", path(&created)))
        .send()
        .await;
    let request = &world.faults.recorder().calls_to("GetItem")[0].request;
    let names: Vec<_> = request["ExpressionAttributeNames"]
        .as_object()
        .unwrap()
        .values()
        .cloned()
        .collect();
    assert!(
        names.contains(&json!("status")) && !names.contains(&json!("notes")),
        "{names:?}"
    );
}

#[tokio::test]
async fn a_consistent_read_is_asked_for_only_by_true() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    for (query, consistent) in [
        ("", false),
        ("?consistentRead=false", false),
        ("?consistentRead=true", true),
    ] {
        world.faults.recorder().clear();
        let read = world
            .api
            .get(&format!("{}{query}", path(&created)))
            .send()
            .await;
        assert_eq!(read.status, 200);
        let request = &world.faults.recorder().calls_to("GetItem")[0].request;
        assert_eq!(
            request["ConsistentRead"].as_bool().unwrap_or_default(),
            consistent
        );
    }
}

#[tokio::test]
async fn bad_values_of_known_parameters_are_refused_and_unknown_parameters_ignored() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    for query in [
        "consistentRead=yes",
        "consistentRead=",
        "fields=pk",
        "fields=tenant_id",
        "fields=a%23b",
        "fields=id&fields=date",
    ] {
        let request = world.api.get(&format!("{}?{query}", path(&created)));
        world.refused(request, 400, "invalid-request").await;
    }
    assert_eq!(
        world
            .api
            .get(&format!("{}?colour=red", path(&created)))
            .send()
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_credit_that_is_not_there_is_not_found() {
    let world = World::new().await;
    for missing in ["nothing", "a|b:c", "00000000-0000-4000-8000-000000000000"] {
        world
            .refused(
                world.api.get(&format!("/credits/{{tenant}}/{missing}")),
                404,
                "not-found",
            )
            .await;
    }
}
