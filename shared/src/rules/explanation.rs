//! Explains a decision.

use std::fmt::Write;

use serde::Serialize;
use serde_json::Value;

use super::error::RuleError;
use super::excerpt::{excerpt, excerpt_of, excerpt_of_text};
use super::recorder::Recorder;
use super::resolved::Resolved;
use super::work::Work;
use crate::model::rule_set::{Comparison, FactPath, Operand, Operator, Quantifier, Rule};

/// A rule that was tried.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleTrace {
    /// Its name.
    pub rule: String,
    /// True if its conditions held. At most the last rule of an explanation does.
    pub held: bool,
    /// Its leaves, in order.
    pub leaves: Vec<LeafTrace>,
}

/// A leaf that was tried.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeafTrace {
    /// RFC 6901 pointer to the leaf in the rule set.
    pub pointer: String,
    /// The name of the fact.
    pub fact: String,
    /// The path in the fact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The comparison.
    pub operator: Operator,
    /// The value to compare with, as in the rule.
    pub value: Value,
    /// The value of the other fact, if `value` refers to one; absent if that fact is undefined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_seen: Option<Value>,
    /// The value of the fact; absent if the fact is undefined. A long value is cut and ends in
    /// `…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<Value>,
    /// True if it held.
    pub held: bool,
}

/// Records a trace of every rule and leaf.
#[derive(Default)]
pub(super) struct TraceRecorder {
    traces: Vec<RuleTrace>,
    rule_position: usize,
    /// The groups above the current leaf, and the position in each.
    path: Vec<(Quantifier, usize)>,
}

impl TraceRecorder {
    pub(super) fn into_traces(self) -> Vec<RuleTrace> {
        self.traces
    }

    fn pointer(&self) -> String {
        let mut pointer = format!("/rules/{}/matching_conditions", self.rule_position);
        for (quantifier, position) in &self.path {
            // Writing to a `String` cannot fail.
            let _ = write!(pointer, "/{}/{position}", quantifier.as_str());
        }
        pointer
    }
}

impl Recorder for TraceRecorder {
    const WANTS_EVERY_LEAF: bool = true;

    fn rule_starts(&mut self, position: usize, rule: &Rule) {
        self.rule_position = position;
        let rule = excerpt_of_text(rule.name());
        self.traces.push(RuleTrace {
            rule,
            held: false,
            leaves: Vec::new(),
        });
    }

    fn member_starts(&mut self, quantifier: Quantifier, position: usize) {
        self.path.push((quantifier, position));
    }

    fn leaf<'a>(
        &mut self,
        leaf: &Comparison,
        [fact, value]: [Resolved<'a>; 2],
        held: bool,
        work: &mut Work<'a>,
    ) -> Result<(), RuleError> {
        let trace = LeafTrace {
            pointer: self.pointer(),
            fact: excerpt_of_text(leaf.fact()),
            path: leaf.path().map(FactPath::as_str).map(str::to_owned),
            operator: leaf.operator(),
            value: excerpt_of(leaf.value()),
            value_seen: match leaf.value() {
                Operand::Fact(_) => excerpt(value, work)?,
                Operand::Literal(_) => None,
            },
            seen: excerpt(fact, work)?,
            held,
        };
        if let Some(rule) = self.traces.last_mut() {
            rule.leaves.push(trace);
        }
        Ok(())
    }

    fn member_ends(&mut self) {
        self.path.pop();
    }

    fn rule_ends(&mut self, held: bool) {
        if let Some(rule) = self.traces.last_mut() {
            rule.held = held;
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use crate::model::rule_set::RuleSetBody;
    use crate::rules::{Facts, explain};

    #[test]
    fn an_explanation_names_every_leaf_of_every_rule_tried_and_its_values() {
        let years = json!({"expiration_type": "calendar", "calendar_expiration_options": {}});
        let rule = |name: &str, level: &str, is_enabled: bool| {
            json!({
                "name": name,
                "matching_conditions": {"all": [
                    {"fact": "level", "operator": "equal", "value": level},
                    {"any": [
                        {"fact": "credits", "path": "$[*].points", "operator": "contains", "value": 5},
                        {"fact": "since", "operator": "lessThan", "value": {"fact": "today"}},
                    ]},
                ]},
                "is_enabled": is_enabled,
                "expiration_options": years,
            })
        };
        let document = json!({
            "name": "levels",
            "rules": [
                rule("platinum", "platinum", false), rule("gold", "gold", true),
                rule("silver", "silver", true), rule("bronze", "bronze", true),
            ],
            "default_expiration_options": years,
        });
        let set = RuleSetBody::parse(document.as_object().unwrap().clone()).unwrap();
        let facts =
            json!({"level": "silver", "credits": [{"points": 5}, {}], "today": "2024-01-01"});
        let facts = Facts::new(facts.as_object().unwrap().clone());

        let (decision, traces) = explain(&set, &facts, date(2024, 1, 1), None).unwrap();

        let leaves = |rule: usize, level: &str, held: bool| {
            let at = |place: &str| format!("/rules/{rule}/matching_conditions/{place}");
            json!([
                {"pointer": at("all/0"), "fact": "level", "operator": "equal", "value": level,
                 "seen": "silver", "held": held},
                {"pointer": at("all/1/any/0"), "fact": "credits", "path": "$[*].points",
                 "operator": "contains", "value": 5, "seen": [5], "held": true},
                {"pointer": at("all/1/any/1"), "fact": "since", "operator": "lessThan",
                 "value": {"fact": "today"}, "value_seen": "2024-01-01", "held": false},
            ])
        };
        assert_eq!(decision.matched_rule.as_deref(), Some("silver"));
        assert_eq!(
            serde_json::to_value(traces).unwrap(),
            json!([
                {"rule": "gold", "held": false, "leaves": leaves(1, "gold", false)},
                {"rule": "silver", "held": true, "leaves": leaves(2, "silver", true)},
            ])
        );
    }
}
