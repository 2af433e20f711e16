//! Records the steps of an evaluation.

use super::error::RuleError;
use super::resolved::Resolved;
use super::work::Work;
use crate::model::rule_set::{Comparison, Quantifier, Rule};

/// Receives every step of an evaluation. The evaluation is compiled for each recorder, so
/// [`NoRecorder`] costs nothing.
pub(super) trait Recorder {
    /// True to go on with a group that is already decided, and record its other leaves.
    const WANTS_EVERY_LEAF: bool;

    /// Begins the rule at `position` of the set.
    fn rule_starts(&mut self, position: usize, rule: &Rule);
    /// Begins the member at `position` of the current group.
    fn member_starts(&mut self, quantifier: Quantifier, position: usize);
    /// Records a leaf: the fact, the value, and whether the comparison held.
    fn leaf<'a>(
        &mut self,
        comparison: &Comparison,
        sides: [Resolved<'a>; 2],
        held: bool,
        work: &mut Work<'a>,
    ) -> Result<(), RuleError>;
    /// Ends the member that [`Self::member_starts`] began.
    fn member_ends(&mut self);
    /// Ends the rule that [`Self::rule_starts`] began.
    fn rule_ends(&mut self, held: bool);
}

/// Records nothing.
pub(super) struct NoRecorder;

impl Recorder for NoRecorder {
    const WANTS_EVERY_LEAF: bool = false;

    fn rule_starts(&mut self, _: usize, _: &Rule) {}

    fn member_starts(&mut self, _: Quantifier, _: usize) {}

    fn leaf<'a>(
        &mut self,
        _: &Comparison,
        _: [Resolved<'a>; 2],
        _: bool,
        _: &mut Work<'a>,
    ) -> Result<(), RuleError> {
        Ok(())
    }

    fn member_ends(&mut self) {}

    fn rule_ends(&mut self, _: bool) {}
}
