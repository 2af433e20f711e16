//! Chooses the credits that an order takes: the soonest to expire first, and of the last one only a
//! part.
//!
//! The index of a contact's credits may be late, so [`Choice`] uses it only to decide which credits
//! to read. The decision is made on the credits that were read. `docs/decisions/16-consume.md` says
//! why.

mod candidate;

use std::vec::IntoIter;

use crate::base::error::{ConflictCode, Error};
use crate::model::consumption::Allocation;
use crate::model::credit::Credit;
use crate::model::id::CreditId;
use crate::model::quantity::Quantity;

pub use candidate::{Candidate, Demand};

/// The most credits that an order takes. DynamoDB writes 100 items in one transaction, and one of
/// them is the receipt.
pub const MAX_CREDITS: usize = 99;

/// A credit, and what an order takes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portion<C> {
    /// The credit as it was read.
    pub credit: C,
    /// The part that is taken.
    pub allocation: Allocation,
}

/// The choice of the credits for one order. `C` is a credit as its reader keeps it.
///
/// Read the credits of [`Choice::next_ids`] and [`Choice::add`] them until no ids are left, then
/// [`Choice::finish`].
#[derive(Debug)]
pub struct Choice<'a, C> {
    demand: Demand<'a>,
    unread: IntoIter<Candidate>,
    /// True if the credits that the index shows as usable suffice for the order.
    is_enough_indexed: bool,
    usable: Vec<(Candidate, C)>,
}

impl<'a, C: AsRef<Credit>> Choice<'a, C> {
    /// Begins with all candidates of the contact, in any order.
    pub fn new(demand: Demand<'a>, candidates: Vec<Candidate>) -> Self {
        let (usable, doubtful) = usable_then_doubtful(candidates);
        let indexed = Quantity::sum(usable.iter().map(|candidate| candidate.available));
        let doubtful = doubtful.into_iter().take(MAX_CREDITS);
        let unread: Vec<_> = usable.into_iter().chain(doubtful).collect();
        Self {
            demand,
            unread: unread.into_iter(),
            is_enough_indexed: indexed.is_none_or(|sum| sum >= demand.order.quantity),
            usable: Vec::new(),
        }
    }

    /// Returns the ids to read next: as many as the index thinks are enough, at most
    /// [`MAX_CREDITS`]. `None` when the credits that were added suffice, or no candidates are left.
    ///
    /// # Errors
    /// `too-many-credits` when [`MAX_CREDITS`] usable credits do not suffice, and the others would.
    pub fn next_ids(&mut self) -> Result<Option<Vec<CreditId>>, Error> {
        let missing = self.missing();
        let mut expected = Quantity::ZERO;
        let mut ids = Vec::new();
        while ids.len() < MAX_CREDITS && expected < missing {
            let Some(candidate) = self.unread.next() else {
                break;
            };
            expected = Quantity::sum([expected, candidate.available]).unwrap_or(missing);
            ids.push(candidate.id);
        }
        if ids.is_empty() {
            return Ok(None);
        }
        if self.usable.len() >= MAX_CREDITS && self.is_enough_indexed {
            return Err(too_many_credits());
        }
        Ok(Some(ids))
    }

    /// Adds credits that were read. Those that the order cannot take are left out.
    pub fn add(&mut self, read: impl IntoIterator<Item = C>) {
        let read = read
            .into_iter()
            .map(|credit| (self.demand.candidate(credit.as_ref()), credit));
        self.usable
            .extend(read.filter(|(candidate, _)| candidate.is_usable()));
    }

    /// Divides the order among the credits that were added, the soonest to expire first. Every
    /// portion is more than 0.
    ///
    /// # Errors
    /// `insufficient-credits` when they do not suffice; `too-many-credits` when more than
    /// [`MAX_CREDITS`] of them are needed.
    pub fn finish(mut self) -> Result<Vec<Portion<C>>, Error> {
        self.usable
            .sort_unstable_by(|(one, _), (other, _)| one.cmp_by_expiration(other));
        let wanted = self.demand.order.quantity;
        let mut missing = wanted;
        let mut portions = Vec::new();
        for (candidate, credit) in self.usable {
            if missing == Quantity::ZERO {
                break;
            }
            let quantity = candidate.available.min(missing);
            missing = missing.checked_sub(quantity).unwrap_or(Quantity::ZERO);
            let allocation = Allocation {
                credit_id: candidate.id,
                quantity,
                expiration_date: candidate.expiration_date,
            };
            portions.push(Portion { credit, allocation });
        }
        if missing > Quantity::ZERO {
            return Err(insufficient(
                wanted.checked_sub(missing).unwrap_or(Quantity::ZERO),
            ));
        }
        if portions.len() > MAX_CREDITS {
            return Err(too_many_credits());
        }
        Ok(portions)
    }

    fn missing(&self) -> Quantity {
        let found = self.usable.iter().map(|(candidate, _)| candidate.available);
        Quantity::sum(found)
            .and_then(|found| self.demand.order.quantity.checked_sub(found))
            .unwrap_or(Quantity::ZERO)
    }
}

/// Sorts both groups by expiration: the candidates that the index shows as usable, and the eligible
/// ones that it shows as locked or used up. Of the latter, something may have been given back
/// meanwhile.
fn usable_then_doubtful(candidates: Vec<Candidate>) -> (Vec<Candidate>, Vec<Candidate>) {
    let (mut usable, mut doubtful): (Vec<_>, Vec<_>) = candidates
        .into_iter()
        .filter(|candidate| candidate.is_eligible)
        .partition(Candidate::is_usable);
    usable.sort_unstable_by(Candidate::cmp_by_expiration);
    doubtful.sort_unstable_by(Candidate::cmp_by_expiration);
    (usable, doubtful)
}

fn insufficient(available: Quantity) -> Error {
    let detail = format!("only {available} of the contact's credits can be used");
    Error::conflict(ConflictCode::InsufficientCredits, detail)
}

/// The refusal of an order that one transaction cannot write.
pub fn too_many_credits() -> Error {
    let detail =
        format!("more than {MAX_CREDITS} credits, or 4 MB of them, would be needed; ask for less");
    Error::conflict(ConflictCode::TooManyCredits, detail)
}

#[cfg(test)]
mod tests;
