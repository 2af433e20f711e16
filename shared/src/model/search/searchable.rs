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
#[expect(missing_docs, reason = "they are those of `CreditDetails`")]
pub struct Searchable {
    pub id: CreditId,
    pub origin: Origin,
    pub type_id: TypeId,
    pub contact_id: ContactId,
    pub quantity: Quantity,
    pub quantity_used: Quantity,
    pub quantity_available: Quantity,
    #[serde(default)]
    pub self_reported: Option<bool>,
    pub date: CivilDate,
    #[serde(default)]
    pub expiration_date: Option<CivilDate>,
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
