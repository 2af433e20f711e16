//! The record of an expiration rule set.

use jiff::Timestamp;
use serde::Serialize;

use crate::base::error::{Error, Violations};
use crate::base::json::{self, Object};
use crate::model::id::RuleSetId;
use crate::model::principal::SecurityContext;
use crate::model::rule_set::RuleSetBody;
use crate::model::system::SystemFields;
use crate::model::system_input::SystemInput;

/// A rule set, as it is stored and answered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExpirationRuleSet {
    /// The id, which the server gives.
    pub id: RuleSetId,
    /// The rule set's own fields.
    #[serde(flatten)]
    pub body: RuleSetBody,
    /// The fields every record has.
    #[serde(flatten)]
    pub system: SystemFields,
}

/// The content of a create or replace.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleSetDraft {
    /// The rule set's own fields.
    pub body: RuleSetBody,
    /// The system fields that a client may set.
    pub system: SystemInput,
}

impl RuleSetDraft {
    /// Reads a body from which the id was taken.
    ///
    /// # Errors
    /// `validation-failed`, naming every violation by its pointer.
    pub fn parse(body: Object, is_admin: bool) -> Result<Self, Error> {
        let draft = json::validate(body, |input| {
            let mut fields = input.fields()?;
            let system = SystemInput::take(&mut fields, is_admin);
            let body = RuleSetBody::read(fields)?;
            Some(Self { body, system })
        });
        draft.map_err(Error::validation_failed)
    }
}

/// A stored rule set that cannot be read back.
#[derive(Debug, thiserror::Error)]
pub enum NotARuleSet {
    /// The id or a system field is not valid.
    #[error("a field has the wrong type")]
    Field(#[from] serde_json::Error),
    /// The body is not valid.
    #[error("the body is not valid: {0:?}")]
    Body(Violations),
}

impl ExpirationRuleSet {
    /// Makes a new rule set.
    pub fn created(
        id: RuleSetId,
        draft: RuleSetDraft,
        author: SecurityContext,
        now: Timestamp,
    ) -> Self {
        let system = SystemFields::created(draft.system, author, now);
        Self {
            id,
            body: draft.body,
            system,
        }
    }

    /// Returns the rule set with other content, after one more write.
    ///
    /// # Errors
    /// `record-locked`.
    pub fn replaced(
        self,
        draft: RuleSetDraft,
        author: SecurityContext,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let system = self.system.touched(draft.system, author, now)?;
        Ok(Self {
            id: self.id,
            body: draft.body,
            system,
        })
    }

    /// Reads a serialized rule set, and ignores other members.
    ///
    /// # Errors
    /// When a field is missing or not valid.
    pub fn from_fields(mut fields: Object) -> Result<Self, NotARuleSet> {
        let id = fields.remove("id").unwrap_or_default();
        let own = json::take(&mut fields, &RuleSetBody::NAMES);
        Ok(Self {
            id: serde_json::from_value(id)?,
            body: RuleSetBody::parse(own).map_err(NotARuleSet::Body)?,
            system: SystemFields::from_fields(fields)?,
        })
    }
}
