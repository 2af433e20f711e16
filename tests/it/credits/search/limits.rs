//! The limits of what a call reads and answers.

use integration_tests::scale::cases;
use serde_json::{Value, json};

use super::super::World;
use super::{id, items, sorted_ids, stored};

/// 4 MB, at half a unit for each 4 KB.
const CEILING_UNITS: f64 = 512.0;
const MAX_ANSWER_BYTES: usize = 5 * 1024 * 1024;

/// Reads to the end, checks that no page breaks a limit, and returns the number of pages.
async fn read_within_limits(world: &World, query: &str, body: &Value) -> (Vec<String>, usize) {
    let (mut found, mut body, mut pages) = (Vec::new(), body.clone(), 0);
    loop {
        world.faults.recorder().clear();
        let page = world.search(query, &body).await;
        let units = world.read_units();
        assert!(units <= CEILING_UNITS, "{units} units");
        assert!(page.text.len() <= MAX_ANSWER_BYTES + 1024);
        found.extend(items(&page.body).iter().cloned());
        pages += 1;
        assert!(pages < 200, "no end in sight");
        match page.body.get("LastEvaluatedKey") {
            Some(cursor) => body["exclusiveStartKey"] = cursor.clone(),
            None => return (sorted_ids(&found), pages),
        }
    }
}

/// Credits of 350 KB each, two for each of sixteen contacts, most of them of one day. Not even one
/// of each contact fits into a call.
fn heavy() -> Vec<Value> {
    let notes = "x".repeat(340 * 1024);
    let credit = |at: usize| {
        let day = if at < 24 { 14 } else { 10 + at % 7 };
        let fields = json!({
            "contact_id": format!("contact-{}", at % 16), "notes": notes,
            "date": format!("2026-03-{day}"), "expiration_date": format!("2027-03-{day}"),
        });
        stored(&format!("c-{}", at * 37 % 32), fields)
    };
    (0..32).map(credit).collect()
}

#[tokio::test]
async fn a_call_reads_at_most_four_megabytes_by_every_plan() {
    let world = World::new().await;
    let credits = heavy();
    world.write(&credits).await;
    let ids = sorted_ids(&credits);
    let contacts: Vec<_> = (0..16).map(|at| format!("contact-{at}")).collect();
    for body in [
        json!({"ids": ids}),
        json!({"contact_id": contacts}),
        json!({"contact_id": contacts, "date": ["2026-03-14", "2026-03-14"]}),
        json!({"contact_id": contacts, "status": ["draft"]}),
        json!({"contact_id": contacts[..4]}),
        json!({"expiration_date": ["2027-01-01", null]}),
        json!({}),
    ] {
        let expected = super::model::find(&credits, &body);
        let queries = ["?fields=id&limit=9", "?fields=id"];
        for query in queries.into_iter().take(cases(1, 2, 2)) {
            let (found, pages) = read_within_limits(&world, query, &body).await;
            assert_eq!(found, expected, "{body}");
            assert!(pages > 1 || expected.len() < 12, "{body}");
        }
    }
}

#[tokio::test]
async fn an_answer_has_at_most_five_megabytes() {
    let world = World::new().await;
    // Each character has six bytes in JSON, and one in the table.
    let notes = "\u{1}".repeat(58 * 1024);
    let credits: Vec<_> = (0..20)
        .map(|at| stored(&format!("c-{at}"), json!({"notes": notes})))
        .collect();
    world.write(&credits).await;
    for body in [
        json!({}),
        json!({"contact_id": ["ada"]}),
        json!({"ids": sorted_ids(&credits)}),
    ] {
        let (found, pages) = read_within_limits(&world, "?limit=1000", &body).await;
        assert_eq!((found.len(), pages), (20, 2), "{body}");
    }
}

#[tokio::test]
async fn a_limit_is_kept_and_met_behind_filters() {
    let world = World::new().await;
    let credit = |at: usize| {
        let type_id = if at.is_multiple_of(9) { "rare" } else { "ceu" };
        let contact = format!("contact-{}", at % 4);
        stored(
            &format!("c-{at:03}"),
            json!({"type_id": type_id, "contact_id": contact, "expiration_date": "2027-01-01"}),
        )
    };
    let credits: Vec<_> = (0..90).map(credit).collect();
    world.write(&credits).await;
    let contacts: Vec<_> = (0..4).map(|at| format!("contact-{at}")).collect();
    for place in [
        json!({"ids": sorted_ids(&credits)}),
        json!({"contact_id": contacts}),
        json!({"expiration_date": ["2027-01-01", null]}),
        json!({}),
    ] {
        let mut body = place.clone();
        body["type_id"] = json!(["rare"]);
        let page = world.search("?limit=4", &body).await.body;
        assert_eq!(items(&page).len(), 4, "{place}");
        assert!(page.get("LastEvaluatedKey").is_some());
        body["exclusiveStartKey"] = page["LastEvaluatedKey"].clone();
        let page = world.search("?limit=6", &body).await.body;
        assert_eq!(items(&page).len(), 6, "{place}");
    }
}

#[tokio::test]
async fn a_page_that_is_the_last_has_no_cursor() {
    let world = World::new().await;
    let created = world.create(json!({"expiration_date": "2027-01-01"})).await;
    for body in [
        json!({"ids": [id(&created), "another"]}),
        json!({"contact_id": ["ada", "bob"]}),
        json!({"expiration_date": ["2027-01-01", null]}),
        json!({}),
    ] {
        let page = world.search("?limit=2", &body).await.body;
        assert_eq!(page, json!({"Items": [created]}), "{body}");
    }
}
