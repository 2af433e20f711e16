//! Consumptions: the quantity that an application has taken from a contact's credits.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::error::Error;
use crate::base::json::{self, Input, Object, reader};
use crate::model::date::CivilDate;
use crate::model::id::{ApplicationId, CreditId, TypeId};
use crate::model::quantity::Quantity;
use crate::model::status::Status;

/// The most types that an order can name.
pub const MAX_TYPES: usize = 100;

/// An order for some quantity of a contact's credits.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsumptionOrder {
    /// The application that takes it; one order for each contact.
    pub application_id: ApplicationId,
    /// The quantity to take; more than 0.
    pub quantity: Quantity,
    /// Takes from credits of these types alone; sorted, each once.
    #[schema(max_items = 100)]
    pub type_ids: Option<Vec<TypeId>>,
    /// The day on which the credits must be usable; today when absent.
    pub as_of: Option<CivilDate>,
}

/// The quantity that was taken from one credit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Allocation {
    /// The credit's id.
    pub credit_id: CreditId,
    /// The quantity.
    pub quantity: Quantity,
    /// The credit's last valid day, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_date: Option<CivilDate>,
}

/// The answer to an order. It is kept in the receipt, so that a repeat is answered alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Consumption {
    /// The application.
    pub application_id: ApplicationId,
    /// The quantity in all.
    pub quantity: Quantity,
    /// The quantity from each credit, the soonest to expire first.
    pub allocations: Vec<Allocation>,
}

/// A consumption, and the types that its order named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The types that the order named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub type_ids: Option<Vec<TypeId>>,
    /// The consumption.
    pub consumption: Consumption,
}

impl ConsumptionOrder {
    /// Reads an order.
    ///
    /// # Errors
    /// `validation-failed`, naming every violation by its pointer.
    pub fn parse(body: Object) -> Result<Self, Error> {
        json::validate(body, Self::read).map_err(Error::validation_failed)
    }

    fn read(input: Input<'_>) -> Option<Self> {
        let mut fields = input.fields()?;
        let application_id = fields.required("application_id", reader::parsed);
        let quantity = fields.required("quantity", reader::number);
        if quantity == Some(Quantity::ZERO) {
            fields.refuse_member("quantity", "must be more than 0");
        }
        let type_ids: Option<BTreeSet<_>> = fields.optional("type_ids", |types| {
            types.with_length(0..=MAX_TYPES)?.list(reader::parsed)
        });
        let as_of = fields.optional("as_of", reader::parsed);
        fields.finish();
        Some(Self {
            application_id: application_id?,
            quantity: quantity?,
            type_ids: type_ids
                .filter(|types| !types.is_empty())
                .map(|types| types.into_iter().collect()),
            as_of,
        })
    }

    /// Returns whether a credit of this type, expiration and status may serve the order on `day`.
    pub fn takes(
        &self,
        type_id: &TypeId,
        expiration_date: Option<CivilDate>,
        status: Option<Status>,
        day: CivilDate,
    ) -> bool {
        let has_type = self
            .type_ids
            .as_ref()
            .is_none_or(|ids| ids.contains(type_id));
        let is_valid = expiration_date.is_none_or(|last_day| last_day >= day);
        has_type && is_valid && status.is_none_or(Status::is_usable)
    }
}

impl Receipt {
    /// Returns the consumption, for a repeat of its order.
    ///
    /// # Errors
    /// `idempotency-key-reused`, when the order asks for another quantity or other types.
    pub fn answer(self, order: &ConsumptionOrder) -> Result<Consumption, Error> {
        let is_repeat =
            self.consumption.quantity == order.quantity && self.type_ids == order.type_ids;
        if is_repeat {
            Ok(self.consumption)
        } else {
            Err(Error::IdempotencyKeyReused {
                detail: "the application has taken another quantity or other types; release that first",
            })
        }
    }
}
