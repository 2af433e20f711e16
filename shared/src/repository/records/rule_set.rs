//! Expiration rule sets as items.

use crate::base::error::Error;
use crate::base::json::Object;
use crate::model::rule_set::{ExpirationRuleSet, RuleSetBody};
use crate::model::system::SystemFields;
use crate::model::system_input::{ADMIN_CARRIED, CLIENT_CARRIED, SERVER_MANAGED};
use crate::repository::store::entity::Entity;

impl Entity for ExpirationRuleSet {
    const KIND: &'static str = "expirationRuleSets";
    const FIELDS: &'static [&'static [&'static str]] = &[
        &["id"],
        &RuleSetBody::NAMES,
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
        Object::new()
    }

    fn from_attributes(attributes: Object) -> Result<Self, Error> {
        Self::from_fields(attributes).map_err(Error::internal)
    }
}
