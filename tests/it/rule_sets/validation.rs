use serde_json::{Value, json};

use super::rule_set;
use crate::world::World;

fn condition(leaf: Value) -> Value {
    json!({"rules": [{
        "name": "r", "matching_conditions": {"all": [leaf]},
        "expiration_options": {"expiration_type": "calendar", "calendar_expiration_options": {}},
    }]})
}

fn default(options: Value) -> Value {
    json!({ "default_expiration_options": options })
}

/// Sends rule sets with each of these changes, which are all refused at these places.
async fn all_refused<const N: usize>(cases: [(Value, &str); N]) {
    let world = World::new().await;
    for (changes, pointer) in cases {
        let body = rule_set(changes.clone());
        let request = world
            .rule_sets
            .post("/expirationRuleSets/{tenant}")
            .json(&body);
        let refusal = world.refused(request, 400, "validation-failed").await;
        assert_eq!(refusal.pointers(), [pointer], "{changes}: {}", refusal.text);
    }
    let listed = world
        .rule_sets
        .get("/expirationRuleSets/{tenant}")
        .send()
        .await;
    assert_eq!(listed.body, json!([]));
}

#[tokio::test]
async fn bad_members_of_a_rule_set_are_named_and_nothing_is_stored() {
    all_refused([
        (json!({"name": null}), "/name"),
        (json!({"name": 5}), "/name"),
        (
            json!({"default_expiration_options": null}),
            "/default_expiration_options",
        ),
        (json!({"custom_field_values": []}), "/custom_field_values"),
        (json!({"is_active": "yes"}), "/is_active"),
        (json!({"sys_external_id": 1}), "/sys_external_id"),
    ])
    .await;
}

#[tokio::test]
async fn bad_conditions_are_named_and_nothing_is_stored() {
    let leaf = "/rules/0/matching_conditions/all/0";
    let [operator, value, path] =
        ["operator", "value", "path"].map(|name| format!("{leaf}/{name}"));
    all_refused([
        (
            condition(json!({"fact": "f", "operator": "like", "value": 1})),
            &operator,
        ),
        (condition(json!({"fact": "f", "operator": "equal"})), &value),
        (
            condition(json!({"fact": "f", "operator": "in", "value": 1})),
            &value,
        ),
        (
            condition(json!({"fact": "f", "operator": "equal", "value": 1, "path": "$..x"})),
            &path,
        ),
    ])
    .await;
}

#[tokio::test]
async fn bad_options_are_named_and_nothing_is_stored() {
    let calendar = "/default_expiration_options/calendar_expiration_options";
    let at = |name: &str| format!("{calendar}/{name}");
    let with = |options: Value| {
        default(json!({"expiration_type": "calendar", "calendar_expiration_options": options}))
    };
    all_refused([
        (
            default(json!({"expiration_type": "lunar"})),
            "/default_expiration_options/expiration_type",
        ),
        (default(json!({"expiration_type": "calendar"})), calendar),
        (
            with(json!({"start_of_calendar_year": 13})),
            &at("start_of_calendar_year"),
        ),
        (
            with(json!({"number_of_years": 1.5})),
            &at("number_of_years"),
        ),
        (
            with(json!({"sell_for_next_year_after": "13-01"})),
            &at("sell_for_next_year_after"),
        ),
    ])
    .await;
}

#[tokio::test]
async fn eleven_levels_of_groups_are_refused_and_ten_taken() {
    let world = World::new().await;
    let leaf = json!({"fact": "f", "operator": "equal", "value": 1});
    let nested = |levels| (1..levels).fold(leaf.clone(), |inner, _| json!({"all": [inner]}));
    world.create_rule_set(condition(nested(10))).await;
    let request = world.rule_sets.post("/expirationRuleSets/{tenant}");
    let request = request.json(&rule_set(condition(nested(11))));
    world.refused(request, 400, "validation-failed").await;
}

#[tokio::test]
async fn the_published_example_made_valid_comes_back_as_it_was_sent() {
    let world = World::new().await;
    let leaf = json!({"any": {}, "all": {}, "fact": "string", "operator": "equal", "path": "string", "value": "string"});
    let options = json!({
        "expiration_type": "calendar",
        "calendar_expiration_options": {"start_of_calendar_year": 1, "sell_for_next_year_after": "2019-08-24", "number_of_years": 1},
        "anniversary_expiration_options": {
            "sell_for_next_month_after": 1, "allow_mid_month_expirations": true, "term_length": 1, "term_type": "days",
            "enable_fixed_expiration_dates": true,
            "fixed_expiration_dates": [{"range_start": "string", "range_end": "string", "expiration_date": "string"}],
        },
        "grace_period": 0, "allow_reinstatement": true,
        "reinstatement_options": {"reinstatement_period": 0, "give_renewal_pricing_during_reinstatement_period": true},
    });
    let sent = json!({
        "name": "string",
        "rules": [{"name": "string", "matching_conditions": {"all": [leaf], "any": []}, "is_enabled": true, "expiration_options": options}],
        "default_expiration_options": options, "is_active": true,
    });
    let created = world.create_rule_set(sent.clone()).await;
    for (name, value) in sent.as_object().unwrap() {
        assert_eq!(&created[name], value, "{name}");
    }
}
