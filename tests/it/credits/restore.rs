use serde_json::{Value, json};
use shared::base::error::Error;
use shared::model::credit::Credit;
use shared::model::id::TenantId;
use shared::repository::{DeletedRecord, Holding};

use super::{World, credit, id, path};

impl World {
    fn tenant(&self) -> TenantId {
        self.api.tenant().parse().unwrap()
    }

    async fn restore(&self, id: &str) -> Result<u64, Error> {
        let tenant = self.tenant();
        let credits = self.table.collection::<Credit>(&tenant);
        credits.restore(id).await
    }

    async fn deleted(&self) -> Vec<DeletedRecord> {
        let tenant = self.tenant();
        let credits = self.table.collection::<Credit>(&tenant);
        credits.deleted().await.unwrap()
    }

    async fn create_and_delete(&self, changes: Value) -> Value {
        let created = self.create(changes).await;
        assert_eq!(self.api.delete(&path(&created)).send().await.status, 200);
        created
    }
}

#[tokio::test]
async fn a_deleted_credit_comes_back_as_it_was_one_version_later() {
    let world = World::new().await;
    let deleted = world
        .create_and_delete(json!({
            "notes": "n", "usages": [{"application_id": "a", "quantity": 0.10}],
            "custom_field_values": [{"custom_field_id": "f", "table_value": [{"x": null}]}],
        }))
        .await;
    assert_eq!(world.restore(id(&deleted)).await.unwrap(), 2);
    let restored = world.read(id(&deleted)).await;
    let mut expected = deleted.clone();
    expected["sys_version"] = json!(2);
    expected["sys_deleted_by_id"] = json!("tester");
    assert_eq!(restored.body, expected);
    assert_eq!(restored.header("etag"), Some("\"2\""));
}

#[tokio::test]
async fn a_restored_credit_is_found_by_every_index_and_in_the_list() {
    let world = World::new().await;
    let deleted = world
        .create_and_delete(json!({
            "origin": "event registration", "event_id": "ev", "event_registration_id": "er",
            "course_registration_id": "cr", "expiration_date": "2030-01-01",
        }))
        .await;
    let before = world.item(id(&deleted)).await["record"]
        .as_m()
        .unwrap()
        .clone();
    world.restore(id(&deleted)).await.unwrap();
    for place in [
        "contact/ada",
        "activity/webinar-12",
        "courseRegistration/cr",
        "eventRegistration/er",
    ] {
        let found = world.api.get(&format!("/credits/{{tenant}}/{place}"));
        let found = found.send().await;
        assert_eq!(found.body["Items"][0]["id"], deleted["id"], "{place}");
    }
    let listed = world.api.get("/credits/{tenant}").send().await;
    assert_eq!(listed.body[0]["id"], deleted["id"]);
    let item = world.item(id(&deleted)).await;
    for attribute in ["tenant_id", "expiration_state", "expiration_date", "date"] {
        assert_eq!(item.get(attribute), before.get(attribute), "{attribute}");
    }
    assert!(!item.contains_key("ttl") && !item.contains_key("deleted_at"));
}

#[tokio::test]
async fn what_was_deleted_is_listed_until_it_is_restored() {
    let world = World::new().await;
    let deleted = world.create_and_delete(json!({})).await;
    world.create(json!({})).await;
    let listed = world.deleted().await;
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (listed[0].id.as_str(), listed[0].deleted_by.as_str()),
        (id(&deleted), "tester")
    );
    let at: jiff::Timestamp = listed[0].deleted_at.parse().unwrap();
    let days = listed[0].recoverable_until.duration_since(at).as_hours() / 24;
    assert!((29..=30).contains(&days));
    world.restore(id(&deleted)).await.unwrap();
    assert_eq!(world.deleted().await, []);
}

#[tokio::test]
async fn a_taken_id_is_not_restored() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let before = world.faults.recorder().applied_writes();
    let refused = world.restore(id(&created)).await.unwrap_err();
    assert_eq!(refused.code(), "version-conflict");
    assert_eq!(world.faults.recorder().applied_writes(), before);
    assert_eq!(world.read(id(&created)).await.body, created);
}

#[tokio::test]
async fn an_id_that_never_was_is_not_restored() {
    let (world, other) = (World::new().await, World::new().await);
    let theirs = other.create_and_delete(json!({})).await;
    for id in ["never-was", id(&theirs)] {
        assert_eq!(world.restore(id).await.unwrap_err().code(), "not-found");
    }
    assert_eq!(world.faults.recorder().applied_writes(), 0);
}

#[tokio::test]
async fn of_two_restores_at_once_one_wins() {
    let world = World::new().await;
    let deleted = world.create_and_delete(json!({})).await;
    let (one, other) = (world.restore(id(&deleted)), world.restore(id(&deleted)));
    let (one, other) = futures_util::join!(one, other);
    assert_eq!(one.is_ok() as u8 + other.is_ok() as u8, 1);
    assert_eq!(world.read(id(&deleted)).await.body["sys_version"], 2);
}

#[tokio::test]
async fn a_restore_whose_response_was_lost_is_recognised() {
    let world = World::new().await;
    let deleted = world.create_and_delete(json!({})).await;
    world.faults.on("PutItem").lose_response();
    assert_eq!(world.restore(id(&deleted)).await.unwrap(), 2);
    assert!(world.faults.all_happened());
}

#[tokio::test]
async fn a_restored_credit_is_changed_and_created_again_like_any_other() {
    let world = World::new().await;
    let create = || {
        let request = world.api.post("/credits/{tenant}");
        request
            .header("idempotency-key", "k")
            .json(&credit(json!({})))
    };
    let created = create().send().await.body;
    world.api.delete(&path(&created)).send().await;
    assert_eq!(create().send().await.code(), "record-deleted");
    world.restore(id(&created)).await.unwrap();
    let again = create().send().await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let operations = json!([{"op": "add", "path": "/notes", "value": "n"}]);
    let patched = world.patch(&created, &operations);
    assert_eq!(patched.send().await.body["sys_version"], 3);
}

#[tokio::test]
async fn a_restoration_says_what_has_become_of_the_deleted_credit_meanwhile() {
    let world = World::new().await;
    let gone = world.create_and_delete(json!({})).await;
    let (table, tenant) = (world.table.clone(), world.tenant());
    world.faults.on("PutItem").run_first(async move {
        let purged = table.purge(&tenant, Holding::Credits, |_| ()).await;
        assert_eq!(purged.unwrap(), 1);
    });
    assert_eq!(
        world.restore(id(&gone)).await.unwrap_err().code(),
        "not-found"
    );

    let deleted = world.create_and_delete(json!({})).await;
    let (table, tenant, api) = (world.table.clone(), world.tenant(), world.api.clone());
    let (restored, target) = (id(&deleted).to_owned(), path(&deleted));
    world.faults.on("PutItem").run_first(async move {
        let credits = table.collection::<Credit>(&tenant);
        credits.restore(&restored).await.unwrap();
        assert_eq!(api.delete(&target).send().await.status, 200);
    });
    let refused = world.restore(id(&deleted)).await.unwrap_err();
    assert_eq!(refused.code(), "version-conflict");
    assert!(
        refused.to_string().contains("look at it again"),
        "{refused}"
    );
    assert_eq!(world.read(id(&deleted)).await.status, 404);
}
