//! The part of a credit that a search looks at.

use serde::Deserialize;

use crate::base::json::Object;
use crate::model::date::CivilDate;
use crate::model::id::{ContactId, CreditId, TypeId};
use crate::model::origin::Origin;
use crate::model::quantity::Quantity;
use crate::model::status::Status;

/// The fields of a credit that a search can name.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Searchable {
    /// The id of the credit.
    pub id: CreditId,
    /// Where it comes from.
    pub origin: Origin,
    /// What kind of credit it is.
    pub type_id: TypeId,
    /// The person who earned it.
    pub contact_id: ContactId,
    /// What it is worth.
    pub quantity: Quantity,
    /// The part that is used up.
    pub quantity_used: Quantity,
    /// The part that is left.
    pub quantity_available: Quantity,
    /// Whether the contact reported it.
    #[serde(default)]
    pub self_reported: Option<bool>,
    /// The day on which it was earned.
    pub date: CivilDate,
    /// Its last valid day; absent when it does not expire.
    #[serde(default)]
    pub expiration_date: Option<CivilDate>,
    /// Its status, if it has one.
    #[serde(default)]
    pub status: Option<Status>,
}

impl Searchable {
    /// The fields that [`Searchable::of`] needs.
    pub const NAMES: [&'static str; 11] = [
        "id",
        "origin",
        "type_id",
        "contact_id",
        "quantity",
        "quantity_used",
        "quantity_available",
        "self_reported",
        "date",
        "expiration_date",
        "status",
    ];

    /// Reads the fields from a stored credit, of which only [`Searchable::NAMES`] are needed.
    ///
    /// # Errors
    /// When a field is missing or has the wrong type.
    pub fn of(stored: &Object) -> Result<Self, serde_json::Error> {
        let own = Self::NAMES
            .iter()
            .filter_map(|name| stored.get_key_value(*name));
        let own: Object = own
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        serde_json::from_value(own.into())
    }
}
