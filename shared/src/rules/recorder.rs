//! Who watches an evaluation.

use super::error::RuleError;
use super::seen::Seen;
use super::work::Work;
use crate::model::rule_set::{Comparison, Quantifier, Rule};

/// Is told of every step. The one that does nothing costs nothing: evaluation is compiled for each.
pub(super) trait Recorder {
    /// Whether to go on with a group that is already decided, for the sake of who watches.
    const WANTS_EVERY_LEAF: bool;

    /// The rule at `position` of the set is tried from here on.
    fn rule_starts(&mut self, position: usize, rule: &Rule);
    /// The member at `position` of the current group is tried from here on.
    fn member_starts(&mut self, quantifier: Quantifier, position: usize);
    /// A leaf was tried, with these values on its sides.
    fn leaf<'a>(
        &mut self,
        comparison: &Comparison,
        sides: [Seen<'a>; 2],
        held: bool,
        work: &mut Work<'a>,
    ) -> Result<(), RuleError>;
    /// The end of what [`Self::member_starts`] began.
    fn member_ends(&mut self);
    /// The end of what [`Self::rule_starts`] began.
    fn rule_ends(&mut self, held: bool);
}

/// Nobody.
pub(super) struct Nobody;

impl Recorder for Nobody {
    const WANTS_EVERY_LEAF: bool = false;

    fn rule_starts(&mut self, _: usize, _: &Rule) {}

    fn member_starts(&mut self, _: Quantifier, _: usize) {}

    fn leaf<'a>(
        &mut self,
        _: &Comparison,
        _: [Seen<'a>; 2],
        _: bool,
        _: &mut Work<'a>,
    ) -> Result<(), RuleError> {
        Ok(())
    }

    fn member_ends(&mut self) {}

    fn rule_ends(&mut self, _: bool) {}
}
