//! Consumptions: what an application has taken from a contact's credits.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::error::{Error, Violation};
use crate::base::json::{self, Object};
use crate::model::date::CivilDate;
use crate::model::id::{ApplicationId, CreditId, TypeId};
use crate::model::quantity::Quantity;
use crate::model::status::Status;

/// The most types that an order can name.
pub const MAX_TYPES: usize = 100;

/// What a client asks for.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ConsumptionInput {
    application_id: Option<ApplicationId>,
    quantity: Option<Quantity>,
    type_ids: Option<Vec<TypeId>>,
    as_of: Option<CivilDate>,
}

/// An order for some quantity of a contact's credits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumptionOrder {
    /// Who takes it; one order for each contact.
    pub application_id: ApplicationId,
    /// How much; more than nothing.
    pub quantity: Quantity,
    /// From credits of these types alone; sorted, each once.
    pub type_ids: Option<Vec<TypeId>>,
    /// On which day the credits must be usable; today when absent.
    pub as_of: Option<CivilDate>,
}

/// What was taken from one credit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Allocation {
    /// The credit.
    pub credit_id: CreditId,
    /// How much of it.
    pub quantity: Quantity,
    /// Its last valid day, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_date: Option<CivilDate>,
}

/// What an order was answered with: kept as its receipt, so that a repeat is answered alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Consumption {
    /// Who took it.
    pub application_id: ApplicationId,
    /// How much in all.
    pub quantity: Quantity,
    /// How much of which credit, the soonest to expire first.
    pub allocations: Vec<Allocation>,
}

/// A consumption, with what its order said beside the quantity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The types that were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub type_ids: Option<Vec<TypeId>>,
    /// What was taken.
    pub consumption: Consumption,
}

impl ConsumptionOrder {
    /// Reads an order.
    ///
    /// # Errors
    /// `validation-failed`, naming every fault.
    pub fn parse(body: Object) -> Result<Self, Error> {
        let input: ConsumptionInput =
            json::decode(body).map_err(|fault| Error::validation_failed(vec![fault]))?;
        input.validate().map_err(Error::validation_failed)
    }
}

impl ConsumptionOrder {
    /// Whether a credit of this type, expiration and status may serve the order on `day`.
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

impl ConsumptionInput {
    fn validate(self) -> Result<ConsumptionOrder, Vec<Violation>> {
        let mut faults = Vec::new();
        let mut fault = |name: &str, message: &str| {
            faults.push(Violation::new(json::child("", name), message));
        };
        if self.application_id.is_none() {
            fault("application_id", "is required");
        }
        match self.quantity {
            None => fault("quantity", "is required"),
            Some(none) if none == Quantity::ZERO => fault("quantity", "must be more than 0"),
            Some(_) => {}
        }
        if self
            .type_ids
            .as_ref()
            .is_some_and(|types| types.len() > MAX_TYPES)
        {
            fault("type_ids", "must have at most 100 types");
        }
        let (Some(application_id), Some(quantity), []) =
            (self.application_id, self.quantity, faults.as_slice())
        else {
            return Err(faults);
        };
        let type_ids = self
            .type_ids
            .filter(|types| !types.is_empty())
            .map(|mut types| {
                types.sort_unstable();
                types.dedup();
                types
            });
        Ok(ConsumptionOrder {
            application_id,
            quantity,
            type_ids,
            as_of: self.as_of,
        })
    }
}

impl Receipt {
    /// The consumption, for a repeat of the order that made it.
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
