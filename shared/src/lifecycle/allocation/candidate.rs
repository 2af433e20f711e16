//! The credits that an order might take.

use std::cmp::Ordering;

use crate::model::consumption::ConsumptionOrder;
use crate::model::credit::Credit;
use crate::model::date::CivilDate;
use crate::model::id::{ContactId, CreditId};
use crate::model::quantity::Quantity;

/// An order to a contact's credits, and the day on which they must be usable.
#[derive(Clone, Copy, Debug)]
pub struct Demand<'a> {
    /// The contact whose credits are taken.
    pub contact: &'a ContactId,
    /// The quantity, and the types that it may come from.
    pub order: &'a ConsumptionOrder,
    /// The day on which the credits must be usable.
    pub day: CivilDate,
}

/// The part of a credit that decides whether an order takes it, and in which order. It comes from
/// the credit that was read, or from an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The credit.
    pub id: CreditId,
    /// The day on which it was earned.
    pub date: CivilDate,
    /// Its last valid day, if it has one.
    pub expiration_date: Option<CivilDate>,
    /// The quantity that is left of it.
    pub available: Quantity,
    /// True if its contact, type, status and expiration permit the order to take it.
    pub is_eligible: bool,
    /// True if it is locked.
    pub is_locked: bool,
}

impl Demand<'_> {
    /// Makes the candidate of a credit that was read.
    pub fn candidate(&self, credit: &Credit) -> Candidate {
        let details = &credit.details;
        let expiration_date = details.expiration_date;
        let is_taken =
            self.order
                .takes(&details.type_id, expiration_date, details.status, self.day);
        Candidate {
            id: credit.id.clone(),
            date: details.date,
            expiration_date,
            available: details.quantity_available,
            is_eligible: is_taken && details.contact_id == *self.contact,
            is_locked: credit.system.is_locked(),
        }
    }
}

impl Candidate {
    /// Returns whether the order can take something of it.
    pub fn is_usable(&self) -> bool {
        self.is_eligible && !self.is_locked && self.available > Quantity::ZERO
    }

    /// Compares by expiration date, credits without one last; then by date, then by id.
    pub(super) fn cmp_by_expiration(&self, other: &Self) -> Ordering {
        let key = |candidate: &Self| {
            (
                candidate.expiration_date.is_none(),
                candidate.expiration_date,
                candidate.date,
            )
        };
        key(self)
            .cmp(&key(other))
            .then_with(|| self.id.cmp(&other.id))
    }
}
