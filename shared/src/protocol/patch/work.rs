//! The work that the patches of one request may cost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::base::error::{Error, Violation};
use crate::base::json::Weight;

/// The most work of the patch of one request. A unit is the copy of one value.
const MAX_WORK: usize = 1_000_000;
/// The most work of all patches of one batch together.
const MAX_BATCH_WORK: usize = 3 * MAX_WORK;
/// The bytes of text that cost as much as one value.
const BYTES_PER_UNIT: usize = 32;
/// The cost of any operation.
const OPERATION: usize = 16;
/// The items of an array that are moved for the cost of one value.
const SHIFTED_PER_UNIT: usize = 16;
/// The cost of reading, checking and writing a record, for each of its values.
const ROUND: usize = 8;

/// A budget of work. Clones share the rest of the budget, so it holds for all patches of a batch,
/// and for all rounds in which a patch is applied anew.
#[derive(Clone, Debug)]
pub struct Work(Arc<AtomicUsize>);

impl Work {
    /// Returns the budget of a request with one patch.
    pub fn of_one_patch() -> Self {
        Self(Arc::new(AtomicUsize::new(MAX_WORK)))
    }

    /// Returns the budget of a batch.
    pub fn of_batch() -> Self {
        Self(Arc::new(AtomicUsize::new(MAX_BATCH_WORK)))
    }

    /// Takes the cost of one round over a record of this weight.
    ///
    /// # Errors
    /// `validation-failed` when that is more than is left.
    pub(super) fn spend_round(&self, record: Weight) -> Result<(), Error> {
        self.spend(ROUND * units(record))
    }

    /// Takes the cost that every operation has.
    ///
    /// # Errors
    /// As [`Work::spend_round`].
    pub(super) fn spend_operation(&self) -> Result<(), Error> {
        self.spend(OPERATION)
    }

    /// Passes when work is left, so that no record is read for a patch that would be refused.
    ///
    /// # Errors
    /// As [`Work::spend_round`].
    pub(super) fn check(&self) -> Result<(), Error> {
        match self.0.load(Ordering::Relaxed) {
            0 => Err(used_up()),
            _ => Ok(()),
        }
    }

    /// Takes the cost of a walk over a value of this weight, such as a copy.
    ///
    /// # Errors
    /// As [`Work::spend_round`].
    pub(super) fn spend_walk(&self, walked: Weight) -> Result<(), Error> {
        self.spend(units(walked))
    }

    /// Takes the cost of inserting an item into an array of this length, or of removing one.
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
                // Patches that come later are then refused before they begin.
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
