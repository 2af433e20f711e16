//! Bounds the work of one evaluation, and remembers look-ups.
//!
//! Most of an evaluation costs no more than reading the rule set once. But wildcards, members of
//! long lists and long texts are looked for in the facts, which could cost 500 times the size of
//! the facts. So each list is indexed once, each wildcard is walked once, and every other look is
//! counted.

use std::collections::{HashMap, HashSet};

use super::error::RuleError;
use super::typed_value::Scalar;
use crate::model::rule_set::Step;

/// The most values, and pieces of [`BYTES_PER_UNIT`] of text, that one evaluation may look at:
/// twice the members of the largest possible fact (350 KiB of `0,`), to collect and to index them.
/// This takes about 20 ms of one core.
const MAX_UNITS: usize = 700_000;
const BYTES_PER_UNIT: usize = 8;

/// The identity of a list: the address of a fact, and the steps from there.
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

    /// Counts a text that is read from end to end.
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
