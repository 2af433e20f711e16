use serde_json::{Value, json};

use super::{World, credit, id};

async fn send(world: &World, operations: &Value) -> Value {
    let request = world
        .api
        .post("/credits/{tenant}/batch")
        .json(&json!({ "operations": operations }));
    let answer = request.send().await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body
}

#[tokio::test]
async fn of_99_good_operations_and_a_bad_one_99_are_done_in_order_and_one_explained() {
    let world = World::new().await;
    let mut operations: Vec<_> = (0..100)
        .map(|number| json!({"operation": "create", "object": credit(json!({"number": number}))}))
        .collect();
    operations[41]["object"]["quantity"] = json!(0);
    let answer = send(&world, &json!(operations)).await;
    assert_eq!(
        (&answer["success_count"], &answer["error_count"]),
        (&json!(99), &json!(1))
    );
    for (position, result) in answer["results"].as_array().unwrap().iter().enumerate() {
        if position == 41 {
            assert_eq!(result["outcome"], "error");
            assert_eq!(
                result["error_message"],
                "validation-failed: `/quantity` must be at least 0.01"
            );
        } else {
            assert_eq!(
                (&result["outcome"], &result["object"]["number"]),
                (&json!("success"), &json!(position))
            );
            assert_eq!(result["id"], result["object"]["id"]);
        }
    }
    assert_eq!(world.faults.recorder().applied_writes(), 99);
}

#[tokio::test]
async fn no_operations_and_more_than_a_hundred_are_refused() {
    let world = World::new().await;
    let one = json!({"operation": "create", "object": credit(json!({}))});
    for operations in [json!([]), json!(vec![one; 101]), json!({}), Value::Null] {
        let request = world
            .api
            .post("/credits/{tenant}/batch")
            .json(&json!({ "operations": operations }));
        assert_eq!(
            world
                .refused(request, 400, "validation-failed")
                .await
                .pointers(),
            ["/operations"]
        );
    }
}

#[tokio::test]
async fn operations_on_one_id_are_done_in_the_order_given() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let answer = send(&world, &json!([
        {"operation": "patch", "id": id(&created), "patch_directives": [{"op": "add", "path": "/notes", "value": "1"}]},
        {"operation": "patch", "id": id(&created), "patch_directives": [{"op": "test", "path": "/notes", "value": "1"}, {"op": "add", "path": "/notes", "value": "2"}]},
        {"operation": "update", "id": id(&created), "object": credit(json!({"notes": "3"}))},
        {"operation": "delete", "id": id(&created)},
        {"operation": "delete", "id": id(&created)},
    ])).await;
    let outcomes: Vec<_> = answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(
        outcomes,
        ["success", "success", "success", "success", "error"],
        "{answer}"
    );
    assert_eq!(answer["results"][2]["object"]["sys_version"], 4);
    assert!(answer["results"][3].get("object").is_none());
}

#[tokio::test]
async fn a_repeated_batch_makes_no_credit_twice() {
    let world = World::new().await;
    let operations = json!([
        {"operation": "create", "object": credit(json!({}))},
        {"operation": "create", "object": credit(json!({}))},
    ]);
    let send = || {
        world
            .api
            .post("/credits/{tenant}/batch")
            .header("idempotency-key", "import-1")
            .json(&json!({ "operations": operations }))
    };
    let (first, again) = (send().send().await.body, send().send().await.body);
    let ids = |answer: &Value| -> Vec<String> {
        answer["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|result| id(result).to_owned())
            .collect()
    };
    assert_eq!(ids(&first), ids(&again));
    assert_ne!(ids(&first)[0], ids(&first)[1]);
    assert_eq!(world.faults.recorder().applied_writes(), 2);
}

#[tokio::test]
async fn other_tenants_ids_are_not_found_and_nothing_is_written() {
    let (owner, other) = (World::new().await, World::new().await);
    let theirs = owner.create(json!({})).await;
    let answer = send(
        &other,
        &json!([
            {"operation": "update", "id": id(&theirs), "object": credit(json!({}))},
            {"operation": "patch", "id": id(&theirs), "patch_directives": []},
            {"operation": "delete", "id": id(&theirs)},
            {"operation": "delete", "id": "a#credits"},
        ]),
    )
    .await;
    let codes: Vec<_> = answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| {
            result["error_message"]
                .as_str()
                .unwrap()
                .split(':')
                .next()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(
        codes,
        ["not-found", "not-found", "not-found", "invalid-request"]
    );
    assert_eq!(other.faults.recorder().applied_writes(), 0);
    assert_eq!(owner.read(id(&theirs)).await.body, theirs);
}

#[tokio::test]
async fn a_batch_of_4_megabytes_is_read_and_a_larger_one_refused() {
    let world = World::new().await;
    let large = |count: usize| {
        let object = credit(json!({"notes": "x".repeat(300 * 1024)}));
        json!({"operations": vec![json!({"operation": "create", "object": object}); count]})
    };
    let answer = world
        .api
        .post("/credits/{tenant}/batch")
        .json(&large(13))
        .send()
        .await;
    assert_eq!(
        (answer.status, &answer.body["success_count"]),
        (200, &json!(13))
    );
    world
        .refused(
            world.api.post("/credits/{tenant}/batch").json(&large(14)),
            413,
            "too-large",
        )
        .await;
}

#[tokio::test]
async fn an_outcome_stays_small_whatever_was_sent() {
    let world = World::new().await;
    let long = "x".repeat(900_000);
    let answer = send(
        &world,
        &json!([
            {"operation": "create", "object": credit(json!({ long.clone(): 1 }))},
            {"operation": long, "id": long},
            {"operation": "delete", "id": "a", "if_match": "3"},
            {"operation": "create", "object": credit(json!({}))},
        ]),
    )
    .await;
    assert_eq!(
        (&answer["success_count"], &answer["error_count"]),
        (&json!(1), &json!(3))
    );
    assert!(answer.to_string().len() < 16 * 1024);
    assert!(
        answer["results"][2]["error_message"]
            .as_str()
            .unwrap()
            .contains("`/if_match`")
    );
}
