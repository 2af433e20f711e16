//! The quantities that applications have used of a credit.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::json::{Input, reader};
use crate::model::id::ApplicationId;
use crate::model::quantity::Quantity;

/// The quantity that one application has used of a credit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// The application.
    pub application_id: ApplicationId,
    /// The quantity that the application used; more than 0.
    pub quantity: Quantity,
}

/// The used and the available quantity of a credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The sum of all usages.
    pub used: Quantity,
    /// The quantity less that sum.
    pub available: Quantity,
}

impl Balance {
    /// Adds up `usages` of a credit worth `quantity`. Returns nothing if they are more than that.
    pub fn of(quantity: Quantity, usages: &[Usage]) -> Option<Self> {
        let used = Quantity::sum(usages.iter().map(|usage| usage.quantity))?;
        let available = quantity.checked_sub(used)?;
        Some(Self { used, available })
    }
}

/// Reads the usages of a credit, each by an application of its own.
pub(crate) fn read_usages(input: Input<'_>) -> Option<Vec<Usage>> {
    let mut seen = HashSet::new();
    input.list(|input| {
        let mut fields = input.fields()?;
        let application_id: Option<ApplicationId> =
            fields.required("application_id", reader::parsed);
        let quantity = fields.required("quantity", reader::number);
        if application_id.clone().is_some_and(|id| !seen.insert(id)) {
            fields.refuse_member("application_id", "must not appear in two usages");
        }
        if quantity == Some(Quantity::ZERO) {
            fields.refuse_member("quantity", "must be more than 0");
        }
        fields.finish();
        Some(Usage {
            application_id: application_id?,
            quantity: quantity?,
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::base::json;

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
        let sent = json!([
            {"application_id": "a", "quantity": 1},
            {"application_id": "a", "quantity": 1},
            {"application_id": "b", "quantity": 0},
        ]);
        let violations = json::validate(sent, read_usages).unwrap_err();
        let named = violations.named().iter();
        let pointers: Vec<_> = named.map(|violation| violation.pointer.as_str()).collect();
        assert_eq!(pointers, ["/1/application_id", "/2/quantity"]);
    }

    #[test]
    fn usages_of_more_than_the_credit_have_no_balance() {
        let usages = [usage("a", "0.6"), usage("b", "0.5")];
        assert_eq!(Balance::of("1".parse().unwrap(), &usages), None);
    }
}
