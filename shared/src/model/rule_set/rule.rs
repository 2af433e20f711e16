//! A rule: when these conditions hold, these options decide.

use serde::Serialize;
use serde_json::Value;

use super::condition::{Group, read_root};
use super::fields::{Fields, Report, read_flag, read_list, read_name};
use super::limits::MAX_RULES;
use super::options::{ExpirationOptions, read_options};
use crate::base::json::Place;

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
    /// The name that decisions refer to.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When it matches.
    pub fn matching_conditions(&self) -> &Group {
        &self.matching_conditions
    }

    /// Whether it is tried at all; absent means yes.
    pub fn is_enabled(&self) -> bool {
        self.is_enabled.unwrap_or(true)
    }

    /// What it decides.
    pub fn expiration_options(&self) -> &ExpirationOptions {
        &self.expiration_options
    }
}

pub(super) fn read_rules(
    value: Value,
    place: &Place<'_>,
    report: &mut Report,
) -> Option<Vec<Rule>> {
    if value
        .as_array()
        .is_some_and(|rules| rules.len() > MAX_RULES)
    {
        return report.fault(place, format!("must not have more than {MAX_RULES} rules"));
    }
    read_list(value, place, report, read_rule)
}

fn read_rule(value: Value, place: &Place<'_>, report: &mut Report) -> Option<Rule> {
    let mut fields = Fields::of(value, place, report)?;
    let name = fields.required("name", report, read_name);
    let matching_conditions = fields.required("matching_conditions", report, read_root);
    let is_enabled = fields.optional("is_enabled", report, read_flag);
    let expiration_options = fields.required("expiration_options", report, read_options);
    fields.refuse_the_rest(report);
    Some(Rule {
        name: name?,
        matching_conditions: matching_conditions?,
        is_enabled,
        expiration_options: expiration_options?,
    })
}
