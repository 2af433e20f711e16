//! The expiration rule set, as types that can only hold valid rule sets.
//!
//! Contract: `docs/expiration.md#1-the-rule-set`. [`RuleSetBody::parse`] reads a document and
//! names every violation by its pointer. A rule set is written back as it was sent, except that
//! members that were `null` are absent.
//!
//! Reading order: [`RuleSetBody`], [`Rule`], [`Group`] and [`Comparison`], [`ExpirationOptions`].

mod anniversary;
mod calendar;
mod comparison;
mod condition;
mod empty;
mod fixed_date;
pub mod limits;
mod month_day;
mod operator;
mod options;
mod path;
mod record;
mod rule;

use serde::Serialize;

use crate::base::error::Violations;
use crate::base::json::{self, Fields, Input, Object, reader};

pub use anniversary::{AnniversaryOptions, TermType};
pub use calendar::CalendarOptions;
pub use comparison::{Comparison, FactReference, Operand};
pub use condition::{Condition, Group, Quantifier};
pub use empty::Empty;
pub use fixed_date::FixedExpirationDate;
pub use month_day::{MonthDay, NotAMonthDay};
pub use operator::Operator;
pub use options::{ExpirationOptions, ReinstatementOptions, Term};
pub use path::{FactPath, NotAPath, Step};
pub use record::{ExpirationRuleSet, NotARuleSet, RuleSetDraft};
pub use rule::Rule;

use limits::{MAX_LEAVES, MAX_RULES};

/// The fields of a rule set beside its id and its system fields.
///
/// ```
/// use shared::model::rule_set::RuleSetBody;
/// let serde_json::Value::Object(sent) = serde_json::json!({
///     "name": "by calendar year",
///     "default_expiration_options": {
///         "expiration_type": "calendar",
///         "calendar_expiration_options": {"sell_for_next_year_after": "10/1"},
///     },
/// }) else { panic!() };
/// let body = RuleSetBody::parse(sent.clone()).unwrap();
/// assert_eq!(serde_json::to_value(&body).unwrap(), serde_json::Value::Object(sent));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleSetBody {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<Vec<Rule>>,
    default_expiration_options: ExpirationOptions,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_active: Option<bool>,
}

impl RuleSetBody {
    /// Every field of a body, in the order in which they are answered.
    pub const NAMES: [&'static str; 4] =
        ["name", "rules", "default_expiration_options", "is_active"];

    /// Reads a rule set.
    ///
    /// # Errors
    /// Every violation, each with its RFC 6901 pointer into `document`.
    pub fn parse(document: Object) -> Result<Self, Violations> {
        json::validate(document, |input| Self::read(input.fields()?))
    }

    fn read(mut fields: Fields<'_>) -> Option<Self> {
        let name = fields.required("name", read_name);
        let rules: Option<Vec<Rule>> = fields.optional("rules", |rules| {
            rules.with_length(0..=MAX_RULES)?.list(rule::read_rule)
        });
        if count_leaves(rules.as_deref().unwrap_or_default()) > MAX_LEAVES {
            let message = format_args!("must have at most {MAX_LEAVES} comparisons in all");
            fields.refuse_member("rules", message);
        }
        let options = fields.required("default_expiration_options", options::read_options);
        let is_active = fields.optional("is_active", reader::flag);
        fields.finish();
        Some(Self {
            name: name?,
            rules,
            default_expiration_options: options?,
            is_active,
        })
    }

    /// Returns the name that people know the rule set by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the rules in the order in which they are tried.
    pub fn rules(&self) -> &[Rule] {
        self.rules.as_deref().unwrap_or_default()
    }

    /// Returns the options that decide when no rule matches.
    pub fn default_expiration_options(&self) -> &ExpirationOptions {
        &self.default_expiration_options
    }

    /// Returns whether dates may be computed with the rule set; absent means yes.
    pub fn is_active(&self) -> bool {
        self.is_active.unwrap_or(true)
    }
}

fn count_leaves(rules: &[Rule]) -> usize {
    let leaves = rules.iter().map(|rule| rule.matching_conditions().leaves());
    leaves.sum()
}

fn read_name(input: Input<'_>) -> Option<String> {
    input.string_as(|name| {
        let is_name = !name.is_empty() && !name.contains(char::is_control);
        let message = "must be a non-empty string without control characters";
        if is_name { Ok(name) } else { Err(message) }
    })
}

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
