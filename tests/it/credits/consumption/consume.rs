//! Orders that take from credits.

use futures_util::future::join_all;
use integration_tests::api::Response;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::base::clock::Clock;

use super::super::{World, id, path};
use super::{consume, order, taken};

#[tokio::test]
async fn the_soonest_to_expire_is_taken_first_and_the_last_is_split() {
    let world = World::new().await;
    let never = world.create(json!({"quantity": 5})).await;
    let soon = world
        .create(json!({"quantity": 0.1, "expiration_date": "2990-01-01"}))
        .await;
    let later = world
        .create(json!({"quantity": 0.2, "expiration_date": "2991-01-01"}))
        .await;
    let answer = taken(consume(&world, "a", 0.4)).await;
    assert_eq!(
        answer,
        json!({
            "application_id": "a", "quantity": 0.4,
            "allocations": [
                {"credit_id": id(&soon), "quantity": 0.1, "expiration_date": "2990-01-01"},
                {"credit_id": id(&later), "quantity": 0.2, "expiration_date": "2991-01-01"},
                {"credit_id": id(&never), "quantity": 0.1},
            ],
        })
    );
    let never = world.read(id(&never)).await.body;
    assert_eq!(
        (&never["usages"], &never["quantity_available"]),
        (
            &json!([{"application_id": "a", "quantity": 0.1}]),
            &json!(4.9)
        )
    );
    assert_eq!(
        (
            &never["sys_version"],
            &never["sys_last_security_context"]["source"]
        ),
        (&json!(2), &json!("consume"))
    );
}

#[tokio::test]
async fn a_repeated_order_is_answered_with_the_allocations_made_and_another_is_refused() {
    let world = World::new().await;
    world.create(json!({"quantity": 2})).await;
    let first = taken(consume(&world, "a", 1.5)).await;
    let writes = world.faults.recorder().applied_writes();
    world.faults.recorder().clear();
    assert_eq!(taken(consume(&world, "a", 1.5)).await, first);
    assert_eq!(world.faults.recorder().applied_writes(), 0);
    assert!(writes > 0);
    world
        .refused(consume(&world, "a", 1.0), 422, "idempotency-key-reused")
        .await;
    let request = order(
        &world,
        &json!({"application_id": "a", "quantity": 1.5, "type_ids": ["ceu"]}),
    );
    world.refused(request, 422, "idempotency-key-reused").await;
}

#[tokio::test]
async fn an_order_of_an_earlier_day_takes_what_was_valid_then() {
    let noon: Timestamp = "2026-06-15T12:00:00Z".parse().unwrap();
    let world = World::with_clock(Clock::from_fn(move || noon)).await;
    world
        .create(json!({"quantity": 1, "expiration_date": "2026-06-14"}))
        .await;
    world
        .refused(consume(&world, "a", 1.0), 409, "insufficient-credits")
        .await;
    let body = json!({"application_id": "a", "quantity": 1, "as_of": "2026-06-14"});
    assert_eq!(taken(order(&world, &body)).await["quantity"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_40_parallel_orders_none_takes_what_another_took() {
    let world = World::new().await;
    for number in 0..10 {
        world
            .create(
                json!({"quantity": 1.1, "expiration_date": format!("2990-01-{:02}", number + 1)}),
            )
            .await;
    }
    let orders =
        (0..40).map(|number| consume(&world, &format!("application-{number}"), 0.3).send());
    let answers: Vec<Response> = join_all(orders).await;
    let done: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .collect();
    let told: Vec<_> = answers
        .iter()
        .map(|answer| (answer.status, answer.code().to_owned()))
        .collect();
    assert!(
        told.iter().all(|(status, code)| *status == 200
            || ["insufficient-credits", "version-conflict"].contains(&code.as_str())),
        "{told:?}"
    );
    let listed = world
        .api
        .get("/credits/{tenant}/contact/ada")
        .send()
        .await
        .body;
    let credits = listed["Items"].as_array().unwrap();
    let hundredths = |value: &Value| (value.as_f64().unwrap() * 100.0).round() as i64;
    let used: i64 = credits
        .iter()
        .map(|credit| hundredths(&credit["quantity_used"]))
        .sum();
    assert_eq!(used, done.len() as i64 * 30);
    for credit in credits {
        let usages: i64 = credit["usages"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|usage| hundredths(&usage["quantity"]))
            .sum();
        assert_eq!(usages, hundredths(&credit["quantity_used"]));
        assert!((0..=110).contains(&usages));
    }
    assert!(done.len() >= 30, "{told:?}");
}

#[tokio::test]
async fn three_tenths_are_one_tenth_and_two_tenths() {
    let world = World::new().await;
    world.create(json!({"quantity": 0.1})).await;
    world.create(json!({"quantity": 0.2})).await;
    assert_eq!(
        taken(consume(&world, "a", 0.3)).await["quantity"].to_string(),
        "0.3"
    );
    world
        .refused(consume(&world, "b", 0.01), 409, "insufficient-credits")
        .await;
}

#[tokio::test]
async fn a_stale_index_page_changes_nothing() {
    let world = World::new().await;
    let used = world
        .create(json!({"quantity": 1, "expiration_date": "2990-01-01"}))
        .await;
    let gone = world
        .create(json!({"quantity": 1, "expiration_date": "2991-01-01"}))
        .await;
    let left = world.create(json!({"quantity": 1})).await;
    world.api.get("/credits/{tenant}/contact/ada").send().await;
    let stale = world.faults.recorder().last_answer_to("Query");
    taken(consume(&world, "first", 0.8)).await;
    world.api.delete(&path(&gone)).send().await;
    world.faults.on("Query").answer(&stale);
    let answer = taken(consume(&world, "second", 1.1)).await;
    assert_eq!(
        answer["allocations"],
        json!([
            {"credit_id": id(&used), "quantity": 0.2, "expiration_date": "2990-01-01"},
            {"credit_id": id(&left), "quantity": 0.9},
        ])
    );
    world.faults.on("Query").answer(&stale);
    let refusal = world
        .refused(consume(&world, "third", 0.11), 409, "insufficient-credits")
        .await;
    assert_eq!(
        refusal.body["detail"],
        "only 0.1 of the contact's credits can be used"
    );
    assert!(world.faults.all_happened());
}

#[tokio::test]
async fn of_as_many_credits_as_an_order_looks_through_the_soonest_to_expire_is_taken() {
    let world = World::new().await;
    let mut created = Value::Null;
    for day in (1..=8).rev() {
        let soonest = format!("2990-01-{day:02}");
        let notes = "x".repeat(340 * 1024);
        let changes = json!({"quantity": 1, "expiration_date": soonest, "notes": notes});
        created = world.create(changes).await;
    }
    let answer = taken(consume(&world, "a", 1.0)).await;
    assert_eq!(answer["allocations"][0]["credit_id"], created["id"]);
}
