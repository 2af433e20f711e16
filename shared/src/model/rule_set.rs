//! The expiration rule set: what a client may write, as types that cannot hold anything else.
//!
//! Contract: `docs/expiration.md#1-the-rule-set`. A document is read once, by [`RuleSetBody::parse`], which
//! names every fault at its place; what it returns is written back as it was sent. Members that
//! are `null` are absent from then on; nothing else is added, dropped or respelled.
//!
//! Reading order: [`RuleSetBody`], [`Rule`], [`Group`] and [`Comparison`], [`ExpirationOptions`].

mod anniversary;
mod calendar;
mod comparison;
mod condition;
mod fields;
mod fixed_date;
pub mod limits;
mod month_day;
mod operator;
mod options;
mod path;
mod record;
mod rule;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::base::error::Violation;
use crate::base::json::Place;

pub use anniversary::{AnniversaryOptions, TermType};
pub use calendar::CalendarOptions;
pub use comparison::{Comparison, FactReference, Operand};
pub use condition::{Condition, Empty, Group, Quantifier};
pub use fixed_date::FixedExpirationDate;
pub use month_day::{MonthDay, NotAMonthDay};
pub use operator::Operator;
pub use options::{ExpirationOptions, ReinstatementOptions, Term};
pub use path::{FactPath, NotAPath, Step};
pub use record::{ExpirationRuleSet, NotARuleSet, RuleSetDraft};
pub use rule::Rule;

use fields::{Fields, Report};

/// A rule set without its id and `sys_*` fields.
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
    /// The names of the members that a body may have; a document with others is refused.
    pub const FIELDS: [&'static str; 4] =
        ["name", "rules", "default_expiration_options", "is_active"];

    /// Reads a rule set.
    ///
    /// # Errors
    /// Every fault found, each with its RFC 6901 pointer into `document`; at most
    /// [`limits::MAX_VIOLATIONS`].
    pub fn parse(document: Map<String, Value>) -> Result<Self, Vec<Violation>> {
        let mut report = Report::default();
        let body = read(Fields::new(document, &Place::Root), &mut report);
        report.finish(body)
    }

    /// The name that people know it by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The rules in the order in which they are tried.
    pub fn rules(&self) -> &[Rule] {
        self.rules.as_deref().unwrap_or_default()
    }

    /// What decides when no rule matches.
    pub fn default_expiration_options(&self) -> &ExpirationOptions {
        &self.default_expiration_options
    }

    /// Whether dates may be computed with it; absent means yes.
    pub fn is_active(&self) -> bool {
        self.is_active.unwrap_or(true)
    }
}

fn read(mut fields: Fields<'_>, report: &mut Report) -> Option<RuleSetBody> {
    let name = fields.required("name", report, fields::read_name);
    let rules = fields.optional("rules", report, rule::read_rules);
    let options = fields.required("default_expiration_options", report, options::read_options);
    let is_active = fields.optional("is_active", report, fields::read_flag);
    fields.refuse_the_rest(report);
    Some(RuleSetBody {
        name: name?,
        rules,
        default_expiration_options: options?,
        is_active,
    })
}

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
