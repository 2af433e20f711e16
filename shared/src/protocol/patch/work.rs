//! How much one request may ask patches to do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::base::error::{Error, Violation};
use crate::base::json::Weight;

/// What the patch of one request may cost, in units of one copied value.
const MAX_WORK: usize = 1_000_000;
/// What all patches of one batch may cost together.
const MAX_BATCH_WORK: usize = 3 * MAX_WORK;
/// How many bytes of text cost as much as one value.
const BYTES_PER_UNIT: usize = 32;
/// What an operation costs whatever it does.
const OPERATION: usize = 16;
/// How many items of an array are moved for the price of one value.
const SHIFTED_PER_UNIT: usize = 16;
/// What it costs to read a record, check it, and write it, for each of its values.
const ROUND: usize = 8;

/// A budget of work. Clones share what is left, so it holds over all patches of a batch, and over all
/// rounds in which a patch is applied anew.
#[derive(Clone, Debug)]
pub struct Work(Arc<AtomicUsize>);

impl Work {
    /// That of a request with one patch.
    pub fn of_one_patch() -> Self {
        Self(Arc::new(AtomicUsize::new(MAX_WORK)))
    }

    /// That of a batch.
    pub fn of_batch() -> Self {
        Self(Arc::new(AtomicUsize::new(MAX_BATCH_WORK)))
    }

    /// Takes what one round over a record of this weight costs.
    ///
    /// # Errors
    /// `validation-failed` when it is more than what is left.
    pub(super) fn spend_round(&self, record: Weight) -> Result<(), Error> {
        self.spend(ROUND * units(record))
    }

    /// Takes what an operation costs before it does anything.
    ///
    /// # Errors
    /// As [`Work::spend_round`].
    pub(super) fn spend_operation(&self) -> Result<(), Error> {
        self.spend(OPERATION)
    }

    /// Passes when there is something left; so that nothing is read for what would be refused.
    ///
    /// # Errors
    /// As [`Work::spend_round`].
    pub(super) fn check(&self) -> Result<(), Error> {
        match self.0.load(Ordering::Relaxed) {
            0 => Err(used_up()),
            _ => Ok(()),
        }
    }

    /// Takes what copying a value of this weight costs, or looking it through.
    ///
    /// # Errors
    /// As [`Work::spend_round`].
    pub(super) fn spend_walk(&self, walked: Weight) -> Result<(), Error> {
        self.spend(units(walked))
    }

    /// Takes what it costs to make room for an item in an array of this length, or to close a gap.
    ///
    /// # Errors
    /// As [`Work::spend_round`].
    pub(super) fn spend_shift(&self, length: usize) -> Result<(), Error> {
        self.spend(length / SHIFTED_PER_UNIT)
    }

    fn spend(&self, units: usize) -> Result<(), Error> {
        let (relaxed, taken) = (Ordering::Relaxed, |left: usize| left.checked_sub(units));
        match self.0.try_update(relaxed, relaxed, taken) {
            Ok(_left) => Ok(()),
            Err(_too_little) => {
                // Nothing is left then, so that those who come later need not begin.
                self.0.store(0, relaxed);
                Err(used_up())
            }
        }
    }
}

fn units(weight: Weight) -> usize {
    weight.values + weight.bytes / BYTES_PER_UNIT
}

fn used_up() -> Error {
    let message = "asks for more work than one request may: send fewer or smaller operations";
    Error::validation_failed(Violation::new("", message))
}
