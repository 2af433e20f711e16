//! Evaluates the conditions of a rule.

use super::error::RuleError;
use super::facts::Facts;
use super::operators;
use super::path::look_up;
use super::recorder::Recorder;
use super::resolved::Resolved;
use super::work::Work;
use crate::model::rule_set::{Comparison, Condition, Group, Operand, Quantifier};

/// One evaluation: its facts, the work done so far, and the recorder.
pub(super) struct Evaluation<'a, R> {
    facts: &'a Facts,
    work: Work<'a>,
    pub(super) recorder: R,
}

impl<'a, R: Recorder> Evaluation<'a, R> {
    pub(super) fn new(facts: &'a Facts, recorder: R) -> Self {
        Self {
            facts,
            work: Work::new(),
            recorder,
        }
    }

    /// Returns whether the group holds: `all` or `any` of its members. An empty group holds.
    pub(super) fn group(&mut self, group: &'a Group) -> Result<bool, RuleError> {
        let decisive = matches!(group.quantifier(), Quantifier::Any);
        let mut held = !decisive || group.members().is_empty();
        for (position, member) in group.members().iter().enumerate() {
            self.recorder.member_starts(group.quantifier(), position);
            if self.condition(member)? == decisive {
                held = decisive;
            }
            self.recorder.member_ends();
            if held == decisive && !R::WANTS_EVERY_LEAF {
                break;
            }
        }
        Ok(held)
    }

    fn condition(&mut self, condition: &'a Condition) -> Result<bool, RuleError> {
        match condition {
            Condition::Group(group) => self.group(group),
            Condition::Compare(comparison) => self.comparison(comparison),
        }
    }

    fn comparison(&mut self, leaf: &'a Comparison) -> Result<bool, RuleError> {
        let value = match leaf.value() {
            Operand::Literal(value) => Resolved::Literal(value),
            Operand::Fact(other) => {
                look_up(self.facts, other.fact(), other.path(), &mut self.work)?
            }
        };
        let fact = look_up(self.facts, leaf.fact(), leaf.path(), &mut self.work)?;
        let held = operators::holds(leaf.operator(), fact, value, &mut self.work)?;
        self.recorder
            .leaf(leaf, [fact, value], held, &mut self.work)?;
        Ok(held)
    }
}
