//! The decision of a rule set about a credit. The decision is kept with the credit, so that a later
//! change of the rule set does not change the credit.

use serde::{Deserialize, Serialize};

use crate::model::date::CivilDate;
use crate::model::id::RuleSetId;

/// A decision. It is valid as long as the credit's `expiration_date` is the date that it decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditDecision {
    /// The rule set that decided.
    pub rule_set_id: RuleSetId,
    /// The version of the rule set at that time.
    pub rule_set_version: u64,
    /// The rule that matched; absent when the default decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The last valid day.
    pub expiration_date: CivilDate,
    /// The last day of grace; absent without grace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace_ends: Option<CivilDate>,
    /// Days of grace after the last valid day.
    pub grace_days: u32,
    /// `true` if reinstatement is possible after the grace days.
    pub allows_reinstatement: bool,
    /// The days of reinstatement; absent means without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reinstatement_days: Option<u32>,
}

impl CreditDecision {
    /// Returns whether this decision is the source of an expiration date.
    pub fn decided(&self, expiration_date: Option<CivilDate>) -> bool {
        expiration_date == Some(self.expiration_date)
    }
}
