//! Each credit is found exactly once, also when credits change meanwhile.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::{World, path};
use super::{id, items};

/// Returns a search for each plan that finds all credits of these tests.
fn plans(ids: &[String]) -> [Value; 4] {
    [
        json!({"ids": ids}),
        json!({"contact_id": ["ada", "bob", "eve"]}),
        json!({"expiration_date": ["2027-01-01", "2027-12-31"]}),
        json!({"type_id": ["ceu"]}),
    ]
}

async fn twelve_credits(world: &World) -> Vec<String> {
    let mut ids = Vec::new();
    for at in 0..12 {
        let created = world
            .create(json!({
                "contact_id": (["ada", "bob", "eve"][at % 3]),
                "date": format!("2026-03-{:02}", 1 + at / 4),
                "expiration_date": format!("2027-03-{:02}", 1 + at / 4),
            }))
            .await;
        ids.push(id(&created).to_owned());
    }
    ids.sort();
    ids
}

async fn set(world: &World, id: &str, name: &str, value: &str) {
    let operations = json!([{"op": "add", "path": format!("/{name}"), "value": value}]);
    let target = path(&json!({ "id": id }));
    let patched = world
        .api
        .patch(&target)
        .json_patch(&operations)
        .send()
        .await;
    assert_eq!(patched.status, 200, "{}", patched.text);
}

#[tokio::test]
async fn each_credit_is_answered_once_while_others_come_and_states_and_contacts_change() {
    for plan in 0..4 {
        let world = World::new().await;
        let ids = twelve_credits(&world).await;
        let mut body = plans(&ids)[plan].clone();
        let mut seen: Vec<String> = Vec::new();
        for step in 0.. {
            let page = world.search("?limit=2", &body).await.body;
            seen.extend(items(&page).iter().map(|credit| id(credit).to_owned()));
            let Some(cursor) = page.get("LastEvaluatedKey") else {
                break;
            };
            body["exclusiveStartKey"] = cursor.clone();
            world
                .create(json!({"date": "2026-03-02", "expiration_date": "2027-03-02"}))
                .await;
            let status = ["archived", "verified", "rejected"][step % 3];
            for at in [step, step + 4, step + 8] {
                set(&world, &ids[at % 12], "status", status).await;
            }
            set(
                &world,
                &ids[(step + 5) % 12],
                "contact_id",
                ["eve", "ada"][step % 2],
            )
            .await;
        }
        let distinct: BTreeSet<_> = seen.iter().collect();
        assert_eq!(distinct.len(), seen.len(), "plan {plan} repeats");
        assert!(
            ids.iter().all(|id| distinct.contains(id)),
            "plan {plan} loses"
        );
    }
}

#[tokio::test]
async fn a_credit_that_is_archived_while_both_states_are_read_is_found_once() {
    let world = World::new().await;
    let created = world.create(json!({"expiration_date": "2027-01-01"})).await;
    let (api, target) = (world.api.clone(), path(&created));
    world.faults.on("Query").after(1).run_first(async move {
        let archived = json!([{"op": "add", "path": "/status", "value": "archived"}]);
        let patched = api.patch(&target).json_patch(&archived).send().await;
        assert_eq!(patched.status, 200, "{}", patched.text);
    });
    let body = json!({"expiration_date": ["2027-01-01", null]});
    assert_eq!(world.found_ids("", &body).await, [id(&created)]);
    assert!(world.faults.all_happened());
}

#[tokio::test]
async fn a_credit_whose_expiration_an_index_has_not_yet_moved_is_found_where_it_is() {
    let world = World::new().await;
    let created = world.create(json!({"expiration_date": "2027-01-01"})).await;
    let body = json!({"expiration_date": ["2027-01-01", "2027-12-31"]});
    world.search("", &body).await;
    let stale = world.faults.recorder().calls_to("Query")[0].answer.clone();
    set(&world, id(&created), "expiration_date", "2027-06-01").await;
    // `pending` still shows the old position, and the new position is behind it.
    world.faults.on("Query").answer(&stale.unwrap());
    let first = world.search("?limit=1", &body).await.body;
    assert_eq!(first["Items"], json!([]), "{first}");
    assert_eq!(world.found_ids("", &body).await, [id(&created)]);
    assert!(world.faults.all_happened());
}

#[tokio::test]
async fn orders_are_those_of_ids_dates_and_expiration_dates() {
    let world = World::new().await;
    let ids = twelve_credits(&world).await;
    let [by_id, by_date, by_expiration, partition] = plans(&ids);
    for (body, field) in [
        (by_id, "id"),
        (by_date, "date"),
        (by_expiration, "expiration_date"),
        (partition, "id"),
    ] {
        let found = world.search_all("?limit=5", &body).await;
        let values: Vec<_> = found.iter().map(|credit| credit[field].as_str()).collect();
        assert!(values.is_sorted() && values.len() == 12, "{values:?}");
    }
}
