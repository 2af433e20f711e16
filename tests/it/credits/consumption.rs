//! Taking from the credits of a contact, and giving back.

mod consume;
mod refusals;
mod release;
mod transactions;

use integration_tests::api::Request;
use serde_json::{Value, json};

use super::{World, credit};

/// An order of the contact.
pub(super) fn consume(world: &World, application: &str, quantity: f64) -> Request {
    order(
        world,
        &json!({"application_id": application, "quantity": quantity}),
    )
}

/// An order, whatever is in its body.
pub(super) fn order(world: &World, body: &Value) -> Request {
    world
        .api
        .post("/credits/{tenant}/contact/ada/consume")
        .json(body)
}

/// A release of all that an application has taken.
pub(super) fn release(world: &World, application: &str) -> Request {
    world.api.delete(&format!(
        "/credits/{{tenant}}/contact/ada/consume/{application}"
    ))
}

/// Creates credits with these fields by one batch, and returns its answer.
pub(super) async fn create_many(world: &World, fields: Value, count: usize) -> Value {
    let create = json!({"operation": "create", "object": credit(fields)});
    let batch = json!({"operations": vec![create; count]});
    let made = world
        .api
        .post("/credits/{tenant}/batch")
        .json(&batch)
        .send()
        .await;
    assert_eq!(made.body["success_count"], count);
    made.body
}

/// Sends a consume or a release, and returns its answer.
pub(super) async fn taken(request: Request) -> Value {
    let answer = request.send().await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body
}
