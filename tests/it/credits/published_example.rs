//! The published example body, made valid: every value is one that the types allow.

use serde_json::{Value, json};

use super::{World, id};

fn published() -> Value {
    json!({
        "type_id": "string", "origin": "legacy system", "number": 0, "event_id": "string",
        "event_registration_id": "string", "activity_id": "string", "course_registration_id": "string",
        "contact_id": "string", "date": "2019-08-24", "quantity": 0.01,
        "usages": [{"application_id": "string", "quantity": 0.01}],
        "quantity_used": 0.01, "quantity_available": 0, "notes": "string", "self_reported": true,
        "status": "draft", "expiration_date": "2019-08-24",
        "custom_field_values": [{
            "custom_field_id": "string", "string_value": "string", "numeric_value": 0, "boolean_value": true,
            "file_url_value": "string", "list_value": ["string"], "table_value": [{}],
        }],
        "sys_external_id": "string", "sys_locked": true, "sys_bulk_load_pk": "string",
        "sys_bulk_load_at": "string", "sys_bulk_load_id": "string", "sys_bulk_load_record_no": 0,
        "sys_bulk_load_source_file": "string", "sys_directive": "string", "sys_snapshot_base_version": 0,
    })
}

#[tokio::test]
async fn the_published_example_comes_back_with_every_field_unchanged() {
    let world = World::new().await;
    let created = world
        .api
        .post("/credits/{tenant}")
        .json(&published())
        .send()
        .await;
    assert_eq!(created.status, 200, "{}", created.text);
    let read = world.read(id(&created.body)).await.body;
    for (name, value) in published().as_object().unwrap() {
        assert_eq!(&read[name], value, "{name}");
    }
}
