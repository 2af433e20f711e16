mod cursors;
mod exactly_once;
mod fields;
mod large;
mod limits;
mod model;
mod random;
mod refusals;
mod unprocessed;

use integration_tests::api::Response;
use integration_tests::bulk;
use integration_tests::store::store;
use serde_json::{Value, json};

use super::{World, id};

/// The path of all searches.
const SEARCH: &str = "/credits/{tenant}/search";

impl World {
    /// One page; `query` is `?limit=…` and the like, or nothing.
    async fn search(&self, query: &str, body: &Value) -> Response {
        let path = format!("{SEARCH}{query}");
        let answer = self.api.post(&path).json(body).send().await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.text);
        answer
    }

    /// Returns the credits of all pages.
    async fn search_all(&self, query: &str, body: &Value) -> Vec<Value> {
        let mut found = Vec::new();
        let mut body = body.clone();
        loop {
            let page = self.search(query, &body).await.body;
            found.extend(items(&page).iter().cloned());
            match page.get("LastEvaluatedKey") {
                Some(cursor) => body["exclusiveStartKey"] = cursor.clone(),
                None => return found,
            }
        }
    }

    /// Returns the ids of all pages, sorted, with repeated ones.
    async fn found_ids(&self, query: &str, body: &Value) -> Vec<String> {
        sorted_ids(&self.search_all(query, body).await)
    }

    /// Stores credits directly in the table.
    async fn write(&self, credits: &[Value]) {
        bulk::write_credits(&store().await, self.api.tenant(), credits).await;
    }

    /// Returns the read units since the recorder was cleared.
    fn read_units(&self) -> f64 {
        let recorder = self.faults.recorder();
        recorder.capacity_of("Query").total + recorder.capacity_of("BatchGetItem").total
    }
}

fn items(page: &Value) -> &[Value] {
    page["Items"].as_array().unwrap()
}

fn sorted_ids(credits: &[Value]) -> Vec<String> {
    let mut ids: Vec<_> = credits.iter().map(|credit| id(credit).to_owned()).collect();
    ids.sort();
    ids
}

/// Returns a credit in the form of an answer, with `changes` over it.
fn stored(id: &str, changes: Value) -> Value {
    let mut credit = json!({
        "id": id, "type_id": "ceu", "origin": "legacy system", "contact_id": "ada",
        "date": "2026-03-14", "quantity": 2.5, "quantity_used": 0, "quantity_available": 2.5,
        "sys_version": 1,
    });
    for (name, value) in changes.as_object().unwrap() {
        credit[name] = value.clone();
    }
    credit
}

#[tokio::test]
async fn a_search_answers_whole_credits_or_the_fields_asked_for() {
    let world = World::new().await;
    let created = world.create(json!({"contact_id": "ada"})).await;
    world.create(json!({"contact_id": "bob"})).await;
    let by_contact = json!({"contact_id": ["ada"]});
    let answer = world.search("", &by_contact).await;
    assert_eq!(answer.body, json!({"Items": [created]}));
    for body in [by_contact, json!({"ids": [id(&created)]})] {
        let answer = world.search("?fields=quantity", &body).await;
        let expected = json!({"id": id(&created), "quantity": 2.5});
        assert_eq!(answer.body, json!({"Items": [expected]}));
    }
}

#[tokio::test]
async fn an_empty_search_finds_everything() {
    let world = World::new().await;
    for _ in 0..3 {
        world.create(json!({})).await;
    }
    for body in [
        json!({}),
        json!({"ids": [], "origin": null, "date": [null, null]}),
    ] {
        assert_eq!(world.search_all("", &body).await.len(), 3);
    }
    let bare = world.api.post(SEARCH).send().await;
    assert_eq!(bare.status, 200, "{}", bare.text);
    assert_eq!(items(&bare.body).len(), 3);
}

#[tokio::test]
async fn unknown_origins_and_statuses_find_nothing_and_read_nothing() {
    let world = World::new().await;
    world.create(json!({})).await;
    world.faults.recorder().clear();
    for body in [json!({"origin": "gift"}), json!({"status": ["", "Draft"]})] {
        assert_eq!(world.search("", &body).await.body, json!({"Items": []}));
    }
    assert!(world.faults.recorder().calls().is_empty());
}

#[tokio::test]
async fn a_deleted_credit_is_found_by_no_plan() {
    let world = World::new().await;
    let credit = json!({"expiration_date": "2027-01-01"});
    let [kept, deleted] = [
        world.create(credit.clone()).await,
        world.create(credit).await,
    ];
    let gone = world.api.delete(&super::path(&deleted)).send().await;
    assert_eq!(gone.status, 200);
    for body in [
        json!({}),
        json!({"ids": [id(&kept), id(&deleted)]}),
        json!({"contact_id": ["ada"]}),
        json!({"expiration_date": ["2027-01-01", "2027-01-01"]}),
    ] {
        assert_eq!(world.found_ids("", &body).await, [id(&kept)], "{body}");
    }
}
