use serde_json::{Value, json};

use super::path;
use crate::world::World;

async fn evaluate(world: &World, rule_set: &Value, question: &Value) -> Value {
    let target = format!("{}/evaluate", path(rule_set));
    let answer = world.rule_sets.post(&target).json(question).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body
}

#[tokio::test]
async fn the_answer_says_what_was_decided_and_why_leaf_by_leaf() {
    let world = World::new().await;
    let set = world.create_rule_set(json!({})).await;
    let facts =
        json!({"origin": "certification activity", "activity_id": "webinar-99", "quantity": 6});
    let question = json!({"facts": facts, "date": "2024-02-29", "as_of": "2025-03-01"});
    let answer = evaluate(&world, &set, &question).await;
    assert_eq!(answer["matched_rule"], "webinars");
    assert_eq!(
        (&answer["term_start"], &answer["expiration_date"]),
        (&json!("2024-02-29"), &json!("2025-02-28"))
    );
    assert_eq!(
        (&answer["standing"], &answer["rule_set_version"]),
        (&json!("expired"), &json!(1))
    );
    let leaves = answer["conditions"][0]["leaves"].as_array().unwrap();
    let told: Vec<_> = leaves
        .iter()
        .map(|leaf| (&leaf["fact"], &leaf["seen"], &leaf["held"]))
        .collect();
    assert_eq!(
        told,
        [
            (
                &json!("origin"),
                &json!("certification activity"),
                &json!(true)
            ),
            (&json!("activity_id"), &json!("webinar-99"), &json!(false)),
            (&json!("quantity"), &json!(6), &json!(true)),
        ]
    );
}

#[tokio::test]
async fn without_a_match_the_default_decides_with_grace_and_reinstatement() {
    let world = World::new().await;
    let set = world.create_rule_set(json!({})).await;
    let answer = evaluate(
        &world,
        &set,
        &json!({"facts": {}, "date": "2024-10-02", "as_of": "2026-01-31"}),
    )
    .await;
    assert_eq!(answer["matched_rule"], Value::Null);
    assert_eq!(answer["expiration_date"], "2025-12-31");
    assert_eq!(
        (&answer["grace_period_ends"], &answer["reinstatement_ends"]),
        (&json!("2026-01-30"), &json!("2026-04-30"))
    );
    assert_eq!(answer["standing"], "reinstatable");
}

#[tokio::test]
async fn an_inactive_set_is_readable_but_not_to_be_computed_with() {
    let world = World::new().await;
    let set = world.create_rule_set(json!({"is_active": false})).await;
    assert_eq!(world.rule_sets.get(&path(&set)).send().await.status, 200);
    let request = world
        .rule_sets
        .post(&format!("{}/evaluate", path(&set)))
        .json(&json!({"facts": {}, "date": "2024-01-01"}));
    world.refused(request, 409, "rule-set-inactive").await;
}

#[tokio::test]
async fn a_question_that_lacks_something_is_refused_with_its_place() {
    let world = World::new().await;
    let set = world.create_rule_set(json!({})).await;
    for (question, pointers) in [
        (json!({}), vec!["/facts", "/date"]),
        (json!({"facts": [], "date": "2024-01-01"}), vec!["/facts"]),
        (json!({"facts": {}, "date": "yesterday"}), vec!["/date"]),
        (
            json!({"facts": {}, "date": "2024-01-01", "as_off": "2024-01-01"}),
            vec!["/as_off"],
        ),
    ] {
        let request = world
            .rule_sets
            .post(&format!("{}/evaluate", path(&set)))
            .json(&question);
        assert_eq!(
            world
                .refused(request, 400, "validation-failed")
                .await
                .pointers(),
            pointers
        );
    }
    let request = world
        .rule_sets
        .post("/expirationRuleSets/{tenant}/nothing/evaluate")
        .json(&json!({"facts": {}, "date": "2024-01-01"}));
    world.refused(request, 404, "not-found").await;
}

#[tokio::test]
async fn evaluating_needs_only_the_right_to_read_and_writes_nothing() {
    let world = World::new().await;
    let set = world.create_rule_set(json!({})).await;
    let writes = world.faults.recorder().applied_writes();
    let reader = world
        .rule_sets
        .as_principal("reader", &[world.api.tenant()], &["read"]);
    let request = reader
        .post(&format!("{}/evaluate", path(&set)))
        .json(&json!({"facts": {}, "date": "2024-01-01"}));
    assert_eq!(request.send().await.status, 200);
    assert_eq!(world.faults.recorder().applied_writes(), writes);
}
