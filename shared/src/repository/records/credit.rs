//! Credits as items.

use serde_json::Value;

use crate::base::error::Error;
use crate::base::json::Object;
use crate::model::credit::Credit;
use crate::model::system::SystemFields;
use crate::model::system_input::{ADMIN_CARRIED, CLIENT_CARRIED, SERVER_MANAGED};
use crate::repository::store::entity::Entity;

/// The attribute by which the expiration index finds a credit; absent without an expiration date.
pub(crate) const EXPIRATION_STATE: &str = "expiration_state";
/// The last day of grace; absent without grace.
pub(crate) const GRACE_ENDS: &str = "grace_ends";
/// The decision of a rule set.
pub(crate) const EXPIRATION_DECISION: &str = "expiration_decision";

impl Entity for Credit {
    const KIND: &'static str = "credits";
    const FIELDS: &'static [&'static [&'static str]] = &[
        &Credit::NAMES,
        &SERVER_MANAGED,
        &CLIENT_CARRIED,
        &ADMIN_CARRIED,
    ];

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn system(&self) -> &SystemFields {
        &self.system
    }

    fn internal_attributes(&self) -> Object {
        let state = self
            .expiration_state()
            .map(|state| Value::from(state.as_str()));
        let decision = self.decision.as_ref();
        let grace_ends = decision.and_then(|decision| decision.grace_ends);
        // INVARIANT: a decision of strings, dates and numbers always serializes.
        let decision = decision.and_then(|decision| serde_json::to_value(decision).ok());
        [
            (EXPIRATION_STATE, state),
            (
                GRACE_ENDS,
                grace_ends.map(|date| Value::from(date.to_string())),
            ),
            (EXPIRATION_DECISION, decision),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
    }

    fn from_attributes(mut attributes: Object) -> Result<Self, Error> {
        let decision = attributes.remove(EXPIRATION_DECISION);
        Self::from_fields(attributes, decision).map_err(Error::internal)
    }
}
