//! What applications have taken from a credit.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::error::Violation;
use crate::model::id::ApplicationId;
use crate::model::quantity::Quantity;

/// How much one application has used of a credit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "an object with `application_id` and `quantity`"
)]
pub struct Usage {
    /// The application.
    pub application_id: ApplicationId,
    /// What it used; more than nothing.
    pub quantity: Quantity,
}

/// What is used and what is left of a credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The sum of all usages.
    pub used: Quantity,
    /// The quantity less that sum.
    pub available: Quantity,
}

impl Balance {
    /// Adds up `usages` of a credit worth `quantity`.
    ///
    /// # Errors
    /// A violation for each usage of nothing, each application named twice, and a sum over
    /// `quantity`.
    pub fn of(quantity: Quantity, usages: &[Usage]) -> Result<Self, Vec<Violation>> {
        let violations = faults(usages);
        let used = Quantity::sum(usages.iter().map(|usage| usage.quantity));
        let available = used.and_then(|used| quantity.checked_sub(used));
        match (used, available) {
            (Some(used), Some(available)) if violations.is_empty() => Ok(Self { used, available }),
            (Some(_), Some(_)) => Err(violations),
            _ => Err([
                violations,
                vec![Violation::new(
                    "/usages",
                    "must not add up to more than `quantity`",
                )],
            ]
            .concat()),
        }
    }
}

fn faults(usages: &[Usage]) -> Vec<Violation> {
    let mut seen = HashSet::new();
    let mut violations = Vec::new();
    for (index, usage) in usages.iter().enumerate() {
        if usage.quantity == Quantity::ZERO {
            violations.push(Violation::new(
                format!("/usages/{index}/quantity"),
                "must be more than 0",
            ));
        }
        if !seen.insert(&usage.application_id) {
            let pointer = format!("/usages/{index}/application_id");
            violations.push(Violation::new(pointer, "must not appear in two usages"));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(application: &str, quantity: &str) -> Usage {
        Usage {
            application_id: application.to_owned().try_into().unwrap(),
            quantity: quantity.parse().unwrap(),
        }
    }

    #[test]
    fn used_and_available_are_exact() {
        let balance = Balance::of(
            "0.3".parse().unwrap(),
            &[usage("a", "0.1"), usage("b", "0.2")],
        )
        .unwrap();
        assert_eq!(
            (balance.used.to_string(), balance.available),
            ("0.3".to_owned(), Quantity::ZERO)
        );
    }

    #[test]
    fn every_bad_usage_is_named() {
        let faults = Balance::of(
            "1".parse().unwrap(),
            &[usage("a", "1"), usage("a", "1"), usage("b", "0")],
        )
        .unwrap_err();
        let pointers: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(
            pointers,
            ["/usages/1/application_id", "/usages/2/quantity", "/usages"]
        );
    }
}
