use futures_util::future::join_all;
use integration_tests::api::{Request, Response};
use integration_tests::bulk;
use integration_tests::recorder::Answer;
use integration_tests::store::store;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::base::clock::Clock;

use super::{World, credit, id, path};

fn consume(world: &World, application: &str, quantity: f64) -> Request {
    order(
        world,
        &json!({"application_id": application, "quantity": quantity}),
    )
}

fn order(world: &World, body: &Value) -> Request {
    world
        .api
        .post("/credits/{tenant}/contact/ada/consume")
        .json(body)
}

fn release(world: &World, application: &str) -> Request {
    world.api.delete(&format!(
        "/credits/{{tenant}}/contact/ada/consume/{application}"
    ))
}

async fn taken(request: Request) -> Value {
    let answer = request.send().await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body
}

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
async fn what_is_expired_locked_rejected_or_of_another_type_is_left_alone() {
    let world = World::new().await;
    for changes in [
        json!({"expiration_date": "2020-01-01"}),
        json!({"status": "rejected"}),
        json!({"status": "archived"}),
        json!({"sys_locked": true}),
        json!({"type_id": "other"}),
        json!({"contact_id": "bob"}),
        json!({"usages": [{"application_id": "x", "quantity": 2.5}]}),
    ] {
        world.create(changes).await;
    }
    let request = order(
        &world,
        &json!({"application_id": "a", "quantity": 0.01, "type_ids": ["ceu"]}),
    );
    let refusal = world.refused(request, 409, "insufficient-credits").await;
    assert_eq!(
        refusal.body["detail"],
        "only 0 of the contact's credits can be used"
    );
    world.create(json!({"quantity": 2})).await;
    let request = order(
        &world,
        &json!({"application_id": "a", "quantity": 2.01, "type_ids": ["ceu"]}),
    );
    let refusal = world.refused(request, 409, "insufficient-credits").await;
    assert_eq!(
        refusal.body["detail"],
        "only 2 of the contact's credits can be used"
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
async fn consume_release_and_consume_again_ends_where_it_began() {
    let world = World::new().await;
    let one = world
        .create(json!({"quantity": 1, "expiration_date": "2990-01-01"}))
        .await;
    let two = world
        .create(json!({"quantity": 1, "usages": [{"application_id": "x", "quantity": 0.3}]}))
        .await;
    let first = taken(consume(&world, "a", 1.5)).await;
    assert_eq!(taken(release(&world, "a")).await, first);
    for before in [&one, &two] {
        let after = world.read(id(before)).await.body;
        assert_eq!(
            (&after["usages"], &after["quantity_available"]),
            (&before["usages"], &before["quantity_available"])
        );
        assert_eq!(after["sys_version"], 3);
    }
    world.refused(release(&world, "a"), 404, "not-found").await;
    assert_eq!(taken(consume(&world, "a", 1.5)).await, first);
}

#[tokio::test]
async fn a_release_with_a_locked_credit_is_refused_and_nothing_is_given_back() {
    let world = World::new().await;
    let one = world
        .create(json!({"quantity": 1, "expiration_date": "2990-01-01"}))
        .await;
    world.create(json!({"quantity": 1})).await;
    taken(consume(&world, "a", 2.0)).await;
    let lock = json!([{"op": "add", "path": "/sys_locked", "value": true}]);
    assert_eq!(
        world
            .api
            .patch(&path(&one))
            .json_patch(&lock)
            .send()
            .await
            .status,
        200
    );
    world
        .refused(release(&world, "a"), 409, "record-locked")
        .await;
}

#[tokio::test]
async fn a_credit_that_was_deleted_meanwhile_does_not_hinder_the_release_of_the_others() {
    let world = World::new().await;
    let gone = world
        .create(json!({"quantity": 1, "expiration_date": "2990-01-01"}))
        .await;
    let kept = world.create(json!({"quantity": 1})).await;
    taken(consume(&world, "a", 2.0)).await;
    world.api.delete(&path(&gone)).send().await;
    assert_eq!(taken(release(&world, "a")).await["quantity"], 2);
    assert_eq!(world.read(id(&kept)).await.body["quantity_available"], 1);
    assert_eq!(world.read(id(&gone)).await.status, 404);
}

#[tokio::test]
async fn malformed_orders_are_refused_with_the_place_of_the_fault() {
    let noon: Timestamp = "2026-06-15T12:00:00Z".parse().unwrap();
    let world = World::with_clock(Clock::from_fn(move || noon)).await;
    for (body, pointers) in [
        (json!({}), vec!["/application_id", "/quantity"]),
        (
            json!({"application_id": "a", "quantity": 0}),
            vec!["/quantity"],
        ),
        (
            json!({"application_id": "a", "quantity": "1"}),
            vec!["/quantity"],
        ),
        (
            json!({"application_id": "a#b", "quantity": 1}),
            vec!["/application_id"],
        ),
        (
            json!({"application_id": "a", "quantity": 1, "type_ids": [""]}),
            vec!["/type_ids/0"],
        ),
        (
            json!({"application_id": "a", "quantity": 1, "type_ids": vec!["t"; 101]}),
            vec!["/type_ids"],
        ),
        (
            json!({"application_id": "a", "quantity": 1, "as_of": "2026-06-16"}),
            vec!["/as_of"],
        ),
        (
            json!({"application_id": "a", "quantity": 1, "colour": 1}),
            vec!["/colour"],
        ),
    ] {
        let refusal = world
            .refused(order(&world, &body), 400, "validation-failed")
            .await;
        assert_eq!(refusal.pointers(), pointers);
    }
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
async fn what_was_given_back_can_be_taken_though_the_index_does_not_know_yet() {
    let world = World::new().await;
    world.create(json!({"quantity": 1})).await;
    taken(consume(&world, "first", 1.0)).await;
    world.api.get("/credits/{tenant}/contact/ada").send().await;
    let stale = world.faults.recorder().last_answer_to("Query");
    taken(release(&world, "first")).await;
    world.faults.on("Query").answer(&stale);
    assert_eq!(taken(consume(&world, "second", 1.0)).await["quantity"], 1);
    assert!(world.faults.all_happened());
}

#[tokio::test]
async fn a_transaction_whose_response_is_lost_is_done_once() {
    let world = World::new().await;
    let credit = world.create(json!({"quantity": 1})).await;
    world.faults.on("TransactWriteItems").lose_response();
    assert_eq!(
        taken(consume(&world, "a", 0.4)).await["quantity"],
        json!(0.4)
    );
    assert_eq!(
        world.read(id(&credit)).await.body["quantity_available"],
        json!(0.6)
    );
    world.faults.on("TransactWriteItems").lose_response();
    assert_eq!(taken(release(&world, "a")).await["quantity"], json!(0.4));
    let after = world.read(id(&credit)).await.body;
    assert_eq!(
        (&after["quantity_available"], &after["sys_version"]),
        (&json!(1), &json!(3))
    );
    assert!(world.faults.all_happened());
}

/// How DynamoDB tells that it did nothing of a transaction.
fn cancelled_by(code: &str) -> Answer {
    let refusal = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "message": "cancelled", "CancellationReasons": [{"Code": code}, {"Code": "None"}],
    });
    Answer {
        status: 400,
        body: refusal.to_string().into_bytes(),
        ..Answer::default()
    }
}

#[tokio::test]
async fn a_transaction_that_may_have_been_applied_is_not_said_to_be_refused() {
    let world = World::new().await;
    let created = world.create(json!({"quantity": 1})).await;
    for (code, version) in [("TransactionConflict", 3), ("ThrottlingError", 5)] {
        for request in [consume(&world, code, 1.0), release(&world, code)] {
            world.faults.on("TransactWriteItems").lose_response();
            let refusal = cancelled_by(code);
            world.faults.on("TransactWriteItems").answer(&refusal);
            let answer = request.send().await;
            let told = (answer.status, answer.code());
            assert_eq!(told, (503, "outcome-unknown"), "{code}: {}", answer.text);
        }
        let stored = world.read(id(&created)).await.body;
        let done = (&stored["quantity_available"], &stored["sys_version"]);
        assert_eq!(done, (&json!(1), &json!(version)));
    }
    assert!(world.faults.all_happened());
}

#[tokio::test]
async fn a_conflict_of_transactions_is_tried_again_and_a_lasting_one_is_a_conflict() {
    let world = World::new().await;
    world.create(json!({"quantity": 1})).await;
    let refusal = cancelled_by("TransactionConflict");
    world.faults.on("TransactWriteItems").answer(&refusal);
    assert_eq!(
        taken(consume(&world, "a", 0.4)).await["quantity"],
        json!(0.4)
    );
    world
        .faults
        .on("TransactWriteItems")
        .times(16)
        .answer(&refusal);
    world
        .refused(consume(&world, "b", 0.4), 409, "version-conflict")
        .await;
    assert!(world.faults.all_happened());
}

#[tokio::test]
async fn more_credits_than_a_transaction_holds_are_too_many() {
    let world = World::new().await;
    let create = json!({"operation": "create", "object": credit(json!({"quantity": 0.01}))});
    let batch = json!({"operations": vec![create; 100]});
    let made = world
        .api
        .post("/credits/{tenant}/batch")
        .json(&batch)
        .send()
        .await;
    assert_eq!(made.body["success_count"], 100);
    world.faults.recorder().clear();
    world
        .refused(consume(&world, "a", 1.0), 409, "too-many-credits")
        .await;
    assert!(world.faults.recorder().calls_to("GetItem").len() <= 102);
    assert_eq!(
        taken(consume(&world, "a", 0.99)).await["allocations"]
            .as_array()
            .unwrap()
            .len(),
        99
    );
}

#[tokio::test]
async fn a_throttled_transaction_is_unavailable() {
    let world = World::new().await;
    world.create(json!({"quantity": 1})).await;
    for code in ["ThrottlingError", "ProvisionedThroughputExceeded"] {
        let refusal = cancelled_by(code);
        world.faults.on("TransactWriteItems").answer(&refusal);
        world
            .refused(consume(&world, "a", 0.5), 503, "unavailable")
            .await;
    }
    assert!(world.faults.all_happened());
}

#[tokio::test]
async fn a_release_that_no_transaction_can_hold_says_so_at_once() {
    let world = World::new().await;
    let large = json!({"quantity": 0.01, "notes": "x".repeat(30_000)});
    let create = json!({"operation": "create", "object": credit(large)});
    let batch = json!({"operations": vec![create; 99]});
    let made = world
        .api
        .post("/credits/{tenant}/batch")
        .json(&batch)
        .send()
        .await;
    taken(consume(&world, "a", 0.99)).await;
    let patches: Vec<_> = made.body["results"].as_array().unwrap().iter().map(|result| json!({
        "operation": "patch", "id": id(result),
        "patch_directives": [{"op": "add", "path": "/sys_external_id", "value": "x".repeat(14_000)}],
    })).collect();
    let grown = world
        .api
        .post("/credits/{tenant}/batch")
        .json(&json!({ "operations": patches }))
        .send()
        .await;
    assert_eq!(grown.body["success_count"], 99, "{}", grown.text);
    world
        .refused(release(&world, "a"), 409, "too-many-credits")
        .await;
}

#[tokio::test]
async fn an_application_that_no_path_could_name_is_refused() {
    let world = World::new().await;
    world.create(json!({"quantity": 1})).await;
    for application in [".", "..", "a ", " "] {
        let refusal = world
            .refused(consume(&world, application, 0.1), 400, "validation-failed")
            .await;
        assert_eq!(refusal.pointers(), ["/application_id"]);
    }
}

/// Credits of 350 KB each.
fn heavy(count: usize) -> Vec<Value> {
    let notes = "x".repeat(350 * 1000);
    let credit = |at: usize| {
        credit(json!({
            "id": format!("c-{at}"), "notes": notes, "quantity": 1, "quantity_used": 0,
            "quantity_available": 1, "sys_version": 1,
        }))
    };
    (0..count).map(credit).collect()
}

#[tokio::test]
async fn a_contact_with_more_credits_than_an_order_looks_through_is_refused() {
    let world = World::new().await;
    bulk::write_credits(&store().await, world.api.tenant(), &heavy(24)).await;
    world.faults.recorder().clear();
    let refusal = world
        .refused(consume(&world, "a", 1.0), 409, "too-many-credits")
        .await;
    let detail = refusal.body["detail"].as_str().unwrap();
    assert!(detail.contains("4 MB"), "{detail}");
    // 4 MB, and one page of 1 MB more, at half a unit for each 4 KB.
    let units = world.faults.recorder().capacity_of("Query").total;
    assert!(units <= 640.0, "{units}");
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

#[tokio::test]
async fn an_order_for_a_tenant_whose_time_zone_is_not_known_is_refused() {
    let world = World::new().await;
    world.create(json!({"quantity": 1})).await;
    world.set("time_zone", "Mars/Olympus").await;
    let past = json!({"application_id": "a", "quantity": 1, "as_of": "2026-01-01"});
    for request in [consume(&world, "a", 1.0), order(&world, &past)] {
        let refusal = world.refused(request, 409, "unknown-time-zone").await;
        let detail = refusal.body["detail"].as_str().unwrap();
        assert!(detail.contains("Mars/Olympus"), "{detail}");
    }
}
