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

#[tokio::test]
async fn every_bad_part_of_a_rule_set_is_named_and_nothing_is_stored() {
    let world = World::new().await;
    let leaf = "/rules/0/matching_conditions/all/0";
    let calendar = "/default_expiration_options/calendar_expiration_options";
    let nested = (0..11).fold(
        json!({"fact": "f", "operator": "equal", "value": 1}),
        |inner, _| json!({"all": [inner]}),
    );
    for (changes, pointer) in [
        (json!({"name": null}), "/name".to_owned()),
        (json!({"name": 5}), "/name".to_owned()),
        (
            json!({"default_expiration_options": null}),
            "/default_expiration_options".to_owned(),
        ),
        (
            json!({"custom_field_values": []}),
            "/custom_field_values".to_owned(),
        ),
        (json!({"is_active": "yes"}), "/is_active".to_owned()),
        (
            condition(json!({"fact": "f", "operator": "like", "value": 1})),
            format!("{leaf}/operator"),
        ),
        (
            condition(json!({"fact": "f", "operator": "equal"})),
            format!("{leaf}/value"),
        ),
        (
            condition(json!({"fact": "f", "operator": "in", "value": 1})),
            format!("{leaf}/value"),
        ),
        (
            condition(json!({"fact": "f", "operator": "equal", "value": 1, "path": "$..x"})),
            format!("{leaf}/path"),
        ),
        (
            default(json!({"expiration_type": "lunar"})),
            "/default_expiration_options/expiration_type".to_owned(),
        ),
        (
            default(json!({"expiration_type": "calendar"})),
            calendar.to_owned(),
        ),
        (
            default(
                json!({"expiration_type": "calendar", "calendar_expiration_options": {"start_of_calendar_year": 13}}),
            ),
            format!("{calendar}/start_of_calendar_year"),
        ),
        (
            default(
                json!({"expiration_type": "calendar", "calendar_expiration_options": {"number_of_years": 1.5}}),
            ),
            format!("{calendar}/number_of_years"),
        ),
        (
            default(
                json!({"expiration_type": "calendar", "calendar_expiration_options": {"sell_for_next_year_after": "13-01"}}),
            ),
            format!("{calendar}/sell_for_next_year_after"),
        ),
    ] {
        let request = world
            .rule_sets
            .post("/expirationRuleSets/{tenant}")
            .json(&rule_set(changes.clone()));
        let refusal = world.refused(request, 400, "validation-failed").await;
        assert_eq!(
            refusal.pointers(),
            [pointer.as_str()],
            "{changes}: {}",
            refusal.text
        );
    }
    let request = world
        .rule_sets
        .post("/expirationRuleSets/{tenant}")
        .json(&rule_set(condition(nested)));
    world.refused(request, 400, "validation-failed").await;
    assert_eq!(
        world
            .rule_sets
            .get("/expirationRuleSets/{tenant}")
            .send()
            .await
            .body,
        json!([])
    );
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
