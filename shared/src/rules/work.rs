//! A bound on the work of one evaluation, and a memory of what was already looked up.
//!
//! Everything else in an evaluation costs no more than reading the rule set once. What looks through
//! facts could cost 500 times the facts: wildcards, members of long lists, long texts. Each list is
//! therefore indexed once, each wildcard walked once, and the rest is counted.

use std::collections::{HashMap, HashSet};

use super::error::RuleError;
use super::kind::Scalar;
use crate::model::rule_set::Step;

/// Values that one evaluation may look at, and pieces of [`BYTES_PER_UNIT`] of text: twice the members
/// of the largest fact there can be (350 KiB of `0,`), both to collect and to index them. No more
/// than some 20 ms of one core.
const MAX_UNITS: usize = 700_000;
const BYTES_PER_UNIT: usize = 8;

/// A list, told apart by where it is: the address of a fact, and the way down from there.
pub(super) type ListKey<'a> = (usize, &'a [Step]);

/// The work done by one evaluation.
pub(super) struct Work<'a> {
    units_left: usize,
    pub(super) matches: HashMap<ListKey<'a>, bool>,
    pub(super) members: HashMap<ListKey<'a>, HashSet<Scalar<'a>>>,
}

impl Work<'_> {
    pub(super) fn new() -> Self {
        Self {
            units_left: MAX_UNITS,
            matches: HashMap::new(),
            members: HashMap::new(),
        }
    }

    /// Counts one value looked at.
    pub(super) fn look(&mut self) -> Result<(), RuleError> {
        self.spend(1)
    }

    /// Counts a text read from end to end.
    pub(super) fn read(&mut self, text: &str) -> Result<(), RuleError> {
        self.spend(text.len() / BYTES_PER_UNIT)
    }

    fn spend(&mut self, units: usize) -> Result<(), RuleError> {
        self.units_left = self
            .units_left
            .checked_sub(units)
            .ok_or(RuleError::TooMuchWork)?;
        Ok(())
    }
}
