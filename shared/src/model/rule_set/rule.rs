//! A rule: if its conditions hold, its options decide.

use serde::Serialize;

use super::condition::{Group, read_group};
use super::options::{ExpirationOptions, read_options};
use super::read_name;
use crate::base::json::{Input, reader};

/// A rule of a set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rule {
    name: String,
    matching_conditions: Group,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_enabled: Option<bool>,
    expiration_options: ExpirationOptions,
}

impl Rule {
    /// Returns the name that decisions refer to.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the conditions under which the rule matches.
    pub fn matching_conditions(&self) -> &Group {
        &self.matching_conditions
    }

    /// Returns whether the rule is tried at all; absent means yes.
    pub fn is_enabled(&self) -> bool {
        self.is_enabled.unwrap_or(true)
    }

    /// Returns the options that the rule decides by.
    pub fn expiration_options(&self) -> &ExpirationOptions {
        &self.expiration_options
    }
}

pub(super) fn read_rule(input: Input<'_>) -> Option<Rule> {
    let mut fields = input.fields()?;
    let name = fields.required("name", read_name);
    let matching_conditions = fields.required("matching_conditions", read_group);
    let is_enabled = fields.optional("is_enabled", reader::flag);
    let expiration_options = fields.required("expiration_options", read_options);
    fields.finish();
    Some(Rule {
        name: name?,
        matching_conditions: matching_conditions?,
        is_enabled,
        expiration_options: expiration_options?,
    })
}
