//! How credits are stored.

use serde_json::Value;

use crate::json::Object;
use crate::model::credit::Credit;
use crate::model::system::SystemFields;
use crate::repository::entity::Entity;

/// Where the expiration index finds a credit; absent without an expiration date.
pub(crate) const EXPIRATION_STATE: &str = "expiration_state";

impl Entity for Credit {
    const KIND: &'static str = "credits";
    const FIELDS: &'static [&'static [&'static str]] = &[&Credit::NAMES, &SystemFields::NAMES];

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
        state
            .map(|state| (EXPIRATION_STATE.to_owned(), state))
            .into_iter()
            .collect()
    }

    fn from_attributes(attributes: Object) -> Result<Self, serde_json::Error> {
        Self::from_fields(attributes)
    }
}
