//! What a rule set decided for a credit, kept with it: changing or deleting the rule set afterwards
//! changes no credit.

use serde::{Deserialize, Serialize};

use crate::model::date::CivilDate;
use crate::model::id::RuleSetId;

/// A decision, valid as long as the credit's `expiration_date` is what it decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditDecision {
    /// The rule set that decided.
    pub rule_set_id: RuleSetId,
    /// Its version at that time.
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
    /// Whether reinstatement is possible after the grace days.
    pub allows_reinstatement: bool,
    /// For how many days; without end when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reinstatement_days: Option<u32>,
}

impl CreditDecision {
    /// Whether this is the decision behind an expiration date.
    pub fn decided(&self, expiration_date: Option<CivilDate>) -> bool {
        expiration_date == Some(self.expiration_date)
    }
}
