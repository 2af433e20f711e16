//! Which credits an order takes: the soonest to expire first, splitting the last one. Pure.

use std::cmp::Ordering;

use crate::model::consumption::{Allocation, ConsumptionOrder};
use crate::model::credit::Credit;
use crate::model::date::CivilDate;
use crate::model::id::CreditId;
use crate::model::quantity::Quantity;

/// What decides about a credit's place and use, as an index has it: perhaps no longer true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The credit.
    pub id: CreditId,
    /// When it was earned.
    pub date: CivilDate,
    /// Its last valid day.
    pub expiration_date: Option<CivilDate>,
    /// What is left of it.
    pub available: Quantity,
    /// Whether its type, status and expiration permit the order to use it.
    pub is_eligible: bool,
    /// Whether it is locked.
    pub is_locked: bool,
}

impl Candidate {
    /// A credit as it is.
    pub fn of(credit: &Credit, order: &ConsumptionOrder, day: CivilDate) -> Self {
        let details = &credit.details;
        let expiration_date = details.expiration_date;
        Self {
            id: credit.id.clone(),
            date: details.date,
            expiration_date,
            available: details.quantity_available,
            is_eligible: order.takes(&details.type_id, expiration_date, details.status, day),
            is_locked: credit.system.admin.sys_locked == Some(true),
        }
    }

    /// Whether the order can take something of it.
    pub fn is_usable(&self) -> bool {
        self.is_eligible && !self.is_locked && self.available > Quantity::ZERO
    }

    /// The soonest to expire first, those that never do last; then by date, then by id.
    pub fn order(&self, other: &Self) -> Ordering {
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

/// The credits to look at, in their order: first those that the index finds usable, then those of
/// which it may not know yet that something was given back.
pub fn in_order(candidates: Vec<Candidate>) -> (Vec<Candidate>, Vec<Candidate>) {
    let (mut usable, rest): (Vec<_>, Vec<_>) =
        candidates.into_iter().partition(Candidate::is_usable);
    let mut doubtful: Vec<_> = rest
        .into_iter()
        .filter(|candidate| candidate.is_eligible)
        .collect();
    usable.sort_unstable_by(Candidate::order);
    doubtful.sort_unstable_by(Candidate::order);
    (usable, doubtful)
}

/// Takes `quantity` from usable candidates in their order, or tells how much there is.
///
/// # Errors
/// The quantity available, when it is less.
pub fn allocate(candidates: &[Candidate], quantity: Quantity) -> Result<Vec<Allocation>, Quantity> {
    let mut missing = quantity;
    let mut allocations = Vec::new();
    for candidate in candidates.iter().filter(|candidate| candidate.is_usable()) {
        if missing == Quantity::ZERO {
            break;
        }
        let taken = candidate.available.min(missing);
        missing = missing.checked_sub(taken).unwrap_or(Quantity::ZERO);
        allocations.push(Allocation {
            credit_id: candidate.id.clone(),
            quantity: taken,
            expiration_date: candidate.expiration_date,
        });
    }
    match quantity.checked_sub(missing) {
        Some(available) if missing > Quantity::ZERO => Err(available),
        _ => Ok(allocations),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn candidate(id: &str, expiration: Option<&str>, date: &str, available: &str) -> Candidate {
        Candidate {
            id: id.to_owned().try_into().unwrap(),
            date: date.parse().unwrap(),
            expiration_date: expiration.map(|date| date.parse().unwrap()),
            available: available.parse().unwrap(),
            is_eligible: true,
            is_locked: false,
        }
    }

    #[test]
    fn the_soonest_to_expire_is_taken_first_and_the_last_is_split() {
        let (usable, _) = in_order(vec![
            candidate("never", None, "2020-01-01", "5"),
            candidate("b", Some("2027-01-01"), "2026-01-01", "0.1"),
            candidate("a", Some("2027-01-01"), "2026-01-01", "0.2"),
            candidate("soon", Some("2026-12-31"), "2026-05-01", "1"),
            candidate("older", Some("2027-01-01"), "2025-01-01", "1"),
        ]);
        let allocations = allocate(&usable, "3.3".parse().unwrap()).unwrap();
        let taken: Vec<_> = allocations
            .iter()
            .map(|part| (part.credit_id.as_str(), part.quantity.to_string()))
            .collect();
        assert_eq!(
            taken,
            [
                ("soon", "1".into()),
                ("older", "1".into()),
                ("a", "0.2".into()),
                ("b", "0.1".into()),
                ("never", "1".to_owned())
            ]
        );
    }

    #[test]
    fn what_is_locked_used_up_or_not_eligible_is_never_taken() {
        let mut candidates = vec![
            candidate("locked", None, "2020-01-01", "5"),
            candidate("used", None, "2020-01-01", "0"),
            candidate("expired", None, "2020-01-01", "5"),
            candidate("good", None, "2020-01-01", "5"),
        ];
        candidates[0].is_locked = true;
        candidates[2].is_eligible = false;
        assert_eq!(
            allocate(&candidates, "6".parse().unwrap()),
            Err("5".parse().unwrap())
        );
        let (usable, doubtful) = in_order(candidates);
        assert_eq!((usable.len(), doubtful.len()), (1, 2));
    }

    proptest! {
        #[test]
        fn exactly_what_was_asked_for_is_taken_or_all_there_is_is_told(
            amounts in prop::collection::vec(0_u32..1000, 0..20), wanted in 1_u32..5000,
        ) {
            let hundredths = |amount: u32| rust_decimal::Decimal::new(amount.into(), 2).to_string();
            let candidates: Vec<_> = amounts.iter().enumerate()
                .map(|(index, amount)| candidate(&format!("c{index}"), None, "2026-01-01", &hundredths(*amount))).collect();
            let total: u32 = amounts.iter().sum();
            match allocate(&candidates, hundredths(wanted).parse().unwrap()) {
                Ok(allocations) => {
                    let sum = Quantity::sum(allocations.iter().map(|part| part.quantity)).unwrap();
                    prop_assert_eq!(sum.to_string(), Quantity::to_string(&hundredths(wanted).parse().unwrap()));
                    prop_assert!(allocations.iter().all(|part| part.quantity > Quantity::ZERO));
                }
                Err(available) => {
                    prop_assert!(total < wanted);
                    prop_assert_eq!(available, hundredths(total).parse().unwrap());
                }
            }
        }
    }
}
