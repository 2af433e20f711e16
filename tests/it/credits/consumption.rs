//! Taking from the credits of a contact, and giving back.

mod consume;
mod refusals;
mod release;
mod transactions;

use integration_tests::api::Request;
use serde_json::{Value, json};

use super::World;

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

/// Sends a consume or a release, and returns its answer.
pub(super) async fn taken(request: Request) -> Value {
    let answer = request.send().await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body
}
