//! Credits with rule sets.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::base::clock::Clock;

use super::{World, credit, id, path};
use crate::rule_sets;

fn directive(rule_set: &Value) -> Value {
    json!(format!(
        "expiration_rule_set:{}",
        rule_set["id"].as_str().unwrap()
    ))
}

async fn standing(world: &World, credit: &Value, as_of: &str) -> Value {
    let answer = world
        .api
        .get(&format!("{}/expiration?asOf={as_of}", path(credit)))
        .send()
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body
}

#[tokio::test]
async fn a_directive_decides_the_expiration_on_create_replace_patch_and_in_batches() {
    let world = World::new().await;
    let set = world.create_rule_set(json!({})).await;
    let asking = json!({"sys_directive": directive(&set), "date": "2026-03-14"});
    let created = world.create(asking.clone()).await;
    assert_eq!(created["expiration_date"], "2027-03-14");
    let plain = world.create(json!({})).await;
    let replaced = world
        .api
        .put(&path(&plain))
        .json(&credit(asking.clone()))
        .send()
        .await;
    assert_eq!(
        replaced.body["expiration_date"], "2027-03-14",
        "{}",
        replaced.text
    );
    let plain = world.create(json!({"origin": "legacy system"})).await;
    let operations = json!([{"op": "add", "path": "/sys_directive", "value": directive(&set)}]);
    let patched = world.patch(&plain, &operations).send().await;
    assert_eq!(
        patched.body["expiration_date"], "2026-12-31",
        "{}",
        patched.text
    );
    let batch = json!({"operations": [{"operation": "create", "object": credit(asking)}]});
    let answer = world
        .api
        .post("/credits/{tenant}/batch")
        .json(&batch)
        .send()
        .await;
    assert_eq!(
        answer.body["results"][0]["object"]["expiration_date"],
        "2027-03-14"
    );
}

#[tokio::test]
async fn a_credit_keeps_its_decision_whatever_becomes_of_the_rule_set() {
    let world = World::new().await;
    let set = world.create_rule_set(json!({})).await;
    let created = world
        .create(json!({"origin": "legacy system", "sys_directive": directive(&set)}))
        .await;
    let before = standing(&world, &created, "2027-01-15").await;
    assert_eq!(
        before,
        json!({
            "standing": "grace", "expiration_date": "2026-12-31", "grace_period_ends": "2027-01-30",
            "reinstatement_ends": "2027-04-30",
            "decided_by": {"rule_set_id": set["id"], "rule_set_version": 1, "rule": null},
        })
    );
    let operations =
        json!([{"op": "replace", "path": "/default_expiration_options/grace_period", "value": 0}]);
    assert_eq!(
        world
            .rule_sets
            .patch(&rule_sets::path(&set))
            .json_patch(&operations)
            .send()
            .await
            .status,
        200
    );
    assert_eq!(standing(&world, &created, "2027-01-15").await, before);
    assert_eq!(
        world
            .rule_sets
            .delete(&rule_sets::path(&set))
            .send()
            .await
            .status,
        200
    );
    let operations = json!([{"op": "add", "path": "/notes", "value": "n"}]);
    world.patched(&created, &operations).await;
    assert_eq!(standing(&world, &created, "2027-01-15").await, before);
    let item = world.item(id(&created)).await;
    assert_eq!(item["grace_ends"], AttributeValue::S("2027-01-30".into()));
}

#[tokio::test]
async fn another_date_drops_the_decision_and_no_date_asks_for_a_new_one() {
    let world = World::new().await;
    let set = world.create_rule_set(json!({})).await;
    let created = world
        .create(json!({"origin": "legacy system", "sys_directive": directive(&set)}))
        .await;
    let patch = async |operations: Value| {
        let patched = world.patch(&created, &operations).send().await;
        assert_eq!(patched.status, 200, "{}", patched.text);
        patched.body
    };
    let moved =
        patch(json!([{"op": "replace", "path": "/expiration_date", "value": "2030-06-30"}])).await;
    assert_eq!(moved["expiration_date"], "2030-06-30");
    let told = standing(&world, &created, "2030-07-01").await;
    assert_eq!(
        (&told["standing"], &told["decided_by"]),
        (&json!("expired"), &Value::Null)
    );
    assert!(!world.item(id(&created)).await.contains_key("grace_ends"));
    let decided = patch(json!([{"op": "remove", "path": "/expiration_date"}, {"op": "replace", "path": "/date", "value": "2028-02-01"}])).await;
    assert_eq!(decided["expiration_date"], "2028-12-31");
    let undecided = patch(json!([{"op": "remove", "path": "/expiration_date"}, {"op": "remove", "path": "/sys_directive"}])).await;
    assert!(undecided.get("expiration_date").is_none());
    assert_eq!(
        standing(&world, &created, "9999-12-31").await["standing"],
        "active"
    );
}

#[tokio::test]
async fn a_date_of_the_clients_own_is_never_overruled() {
    let world = World::new().await;
    let set = world.create_rule_set(json!({})).await;
    let created = world
        .create(json!({"sys_directive": directive(&set), "expiration_date": "2029-01-01"}))
        .await;
    assert_eq!(created["expiration_date"], "2029-01-01");
    assert_eq!(
        standing(&world, &created, "2029-01-01").await["decided_by"],
        Value::Null
    );
}

#[tokio::test]
async fn unknown_and_inactive_rule_sets_are_refused_and_nothing_is_written() {
    let (world, other) = (World::new().await, World::new().await);
    let inactive = world.create_rule_set(json!({"is_active": false})).await;
    let theirs = other.create_rule_set(json!({})).await;
    for (directive, status, code) in [
        (
            json!("expiration_rule_set:nothing"),
            400,
            "validation-failed",
        ),
        (json!("expiration_rule_set:"), 400, "validation-failed"),
        (json!("expiration_rule_set:a#b"), 400, "validation-failed"),
        (directive(&theirs), 400, "validation-failed"),
        (directive(&inactive), 409, "rule-set-inactive"),
    ] {
        let body = credit(json!({"sys_directive": directive}));
        let refusal = world
            .refused(
                world.api.post("/credits/{tenant}").json(&body),
                status,
                code,
            )
            .await;
        assert_eq!(
            refusal.pointers().first().copied(),
            (status == 400).then_some("/sys_directive")
        );
    }
    let created = world
        .create(json!({"sys_directive": "some other wish"}))
        .await;
    assert_eq!(created["sys_directive"], "some other wish");
}

#[tokio::test]
async fn the_tenants_default_rule_set_decides_for_new_credits_without_date_and_directive() {
    let world = World::new().await;
    let set = world.create_rule_set(json!({})).await;
    let before = world.create(json!({})).await;
    world
        .set("default_rule_set_id", set["id"].as_str().unwrap())
        .await;
    assert_eq!(
        world.create(json!({})).await["expiration_date"],
        "2027-03-14"
    );
    assert_eq!(
        world.create(json!({"expiration_date": "2030-01-01"})).await["expiration_date"],
        "2030-01-01"
    );
    assert!(
        world
            .create(json!({"sys_directive": "none"}))
            .await
            .get("expiration_date")
            .is_none()
    );
    let replaced = world
        .api
        .put(&path(&before))
        .json(&credit(json!({})))
        .send()
        .await;
    assert!(replaced.body.get("expiration_date").is_none());
}

#[tokio::test]
async fn a_repeated_create_is_replayed_even_when_its_rule_set_is_gone() {
    let world = World::new().await;
    let set = world.create_rule_set(json!({})).await;
    let body = credit(json!({"sys_directive": directive(&set)}));
    let create = || {
        world
            .api
            .post("/credits/{tenant}")
            .header("idempotency-key", "k")
            .json(&body)
    };
    let first = create().send().await;
    world.rule_sets.delete(&rule_sets::path(&set)).send().await;
    let again = create().send().await;
    assert_eq!(
        (again.status, &again.body),
        (200, &first.body),
        "{}",
        again.text
    );
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
}

#[tokio::test]
async fn the_standing_of_today_goes_by_the_tenants_time_zone() {
    let moment: Timestamp = "2026-06-15T23:00:00Z".parse().unwrap();
    let world = World::with_clock(Clock::from_fn(move || moment)).await;
    let created = world.create(json!({"expiration_date": "2026-06-15"})).await;
    let today = async || {
        world
            .api
            .get(&format!("{}/expiration", path(&created)))
            .send()
            .await
            .body["standing"]
            .clone()
    };
    assert_eq!(today().await, "active");
    world.set("time_zone", "Pacific/Kiritimati").await;
    assert_eq!(today().await, "expired");
    let request = world
        .api
        .get(&format!("{}/expiration?asOf=now", path(&created)));
    world.refused(request, 400, "invalid-request").await;
    world
        .refused(
            world.api.get("/credits/{tenant}/nothing/expiration"),
            404,
            "not-found",
        )
        .await;
}

#[tokio::test]
async fn without_a_known_time_zone_nothing_is_told_of_today() {
    let world = World::new().await;
    let created = world.create(json!({"expiration_date": "2026-06-15"})).await;
    world.set("time_zone", "Mars/Olympus").await;
    let standing = format!("{}/expiration", path(&created));
    let usable = "/credits/{tenant}/contact/ada?filterUnavailable=true";
    for path in [standing.as_str(), usable] {
        let refusal = world
            .refused(world.api.get(path), 409, "unknown-time-zone")
            .await;
        let lines = crate::logs::lines_of(refusal.header("x-request-id").unwrap());
        let is_told =
            |line: &Value| line["level"] == "ERROR" && line["tenant"] == world.api.tenant();
        assert!(lines.iter().any(is_told), "{lines:?}");
    }
    // Requests that do not depend on today succeed.
    for path in [
        &format!("{standing}?asOf=2026-06-15"),
        "/credits/{tenant}/contact/ada",
    ] {
        assert_eq!(world.api.get(path).send().await.status, 200, "{path}");
    }
    let create = world.api.post("/credits/{tenant}").json(&credit(json!({})));
    assert_eq!(create.send().await.status, 200);
}

#[tokio::test]
async fn a_default_rule_set_that_is_gone_is_named_as_the_reason() {
    let world = World::new().await;
    world.set("default_rule_set_id", "gone").await;
    let request = world.api.post("/credits/{tenant}").json(&credit(json!({})));
    let refusal = world.refused(request, 409, "rule-set-inactive").await;
    assert!(
        refusal.body["detail"]
            .as_str()
            .unwrap()
            .contains("default rule set")
    );
}

#[tokio::test]
async fn a_key_is_judged_before_a_rule_set_that_is_gone() {
    let world = World::new().await;
    let set = world.create_rule_set(json!({})).await;
    let body = |notes: &str| credit(json!({"sys_directive": directive(&set), "notes": notes}));
    let create = |notes: &str| {
        world
            .api
            .post("/credits/{tenant}")
            .header("idempotency-key", "k")
            .json(&body(notes))
    };
    let first = create("one").send().await.body;
    world.rule_sets.delete(&rule_sets::path(&set)).send().await;
    world
        .refused(create("two"), 422, "idempotency-key-reused")
        .await;
    world.api.delete(&path(&first)).send().await;
    world.refused(create("one"), 409, "record-deleted").await;
}
