//! The expiration rule sets function, end to end.

mod batch;
mod capacity;
mod create;
mod delete;
mod evaluate;
mod get;
mod list;
mod mass_assignment;
mod patch;
mod replace;
mod validation;

use serde_json::{Value, json};

use crate::world::World;

impl World {
    /// Creates a rule set: [`rule_set`], with `changes` over it.
    pub(crate) async fn create_rule_set(&self, changes: Value) -> Value {
        let request = self
            .rule_sets
            .post("/expirationRuleSets/{tenant}")
            .json(&rule_set(changes));
        let created = request.send().await;
        assert_eq!(created.status, 200, "{}", created.text);
        created.body
    }
}

/// A valid rule set, with `changes` over it: webinars last a year from their day on, everything
/// else to the end of the calendar year, with 30 days of grace and 90 of reinstatement.
pub(crate) fn rule_set(changes: Value) -> Value {
    let mut rule_set = json!({
        "name": "by kind",
        "rules": [{
            "name": "webinars",
            "matching_conditions": {"all": [
                {"fact": "origin", "operator": "equal", "value": "certification activity"},
                {"any": [
                    {"fact": "activity_id", "operator": "in", "value": ["webinar-12", "webinar-13"]},
                    {"fact": "quantity", "operator": "greaterThan", "value": 5},
                ]},
            ]},
            "expiration_options": {
                "expiration_type": "anniversary",
                "anniversary_expiration_options": {
                    "term_length": 1, "term_type": "years", "allow_mid_month_expirations": true,
                },
            },
        }],
        "default_expiration_options": {
            "expiration_type": "calendar",
            "calendar_expiration_options": {"sell_for_next_year_after": "--10-01"},
            "anniversary_expiration_options": {"kept": ["as", "sent", null]},
            "grace_period": 30,
            "allow_reinstatement": true,
            "reinstatement_options": {"reinstatement_period": 90},
        },
    });
    for (name, value) in changes.as_object().into_iter().flatten() {
        rule_set[name] = value.clone();
    }
    rule_set
}

/// Returns the path of a rule set.
pub(crate) fn path(rule_set: &Value) -> String {
    format!(
        "/expirationRuleSets/{{tenant}}/{}",
        rule_set["id"].as_str().unwrap()
    )
}
