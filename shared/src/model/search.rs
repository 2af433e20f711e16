//! Searches for credits: AND between fields, OR inside lists, ranges with both ends.

mod input;
mod range;
mod searchable;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::base::error::Error;
use crate::base::json::{self, Fields, Object, reader};
use crate::base::number::Number;
use crate::model::date::CivilDate;
use crate::model::id::{ContactId, CreditId, TypeId};
use crate::model::origin::Origin;
use crate::model::quantity::Quantity;
use crate::model::status::Status;
use input::{read_range, read_set};

pub use range::Range;
pub use searchable::Searchable;

/// The most values of a list.
pub const MAX_VALUES: usize = 100;

/// The fields that a credit must match. A field that is absent, null or an empty list matches every
/// credit. A credit without a field matches no value of that field.
///
/// Two searches that mean the same are equal: lists are sets, numbers and dates have one form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct CreditSearch {
    /// One of these ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>, max_items = 100)]
    pub ids: Option<BTreeSet<CreditId>>,
    /// This origin; an unknown origin finds nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub origin: Option<BTreeSet<Origin>>,
    /// One of these types.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>, max_items = 100)]
    pub type_id: Option<BTreeSet<TypeId>>,
    /// One of these contacts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>, max_items = 100)]
    pub contact_id: Option<BTreeSet<ContactId>>,
    /// The quantity, from and to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Option<f64>>>, min_items = 2, max_items = 2)]
    pub quantity: Option<Range<Number>>,
    /// The quantity that is used, from and to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Option<f64>>>, min_items = 2, max_items = 2)]
    pub quantity_used: Option<Range<Number>>,
    /// The quantity that is left, from and to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Option<f64>>>, min_items = 2, max_items = 2)]
    pub quantity_available: Option<Range<Number>>,
    /// `true`: reported by the contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<bool>>)]
    pub self_reported: Option<BTreeSet<bool>>,
    /// The day on which the credit was earned, from and to: dates, or date-times whose UTC date
    /// counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Option<String>>>, min_items = 2, max_items = 2)]
    pub date: Option<Range<CivilDate>>,
    /// The last valid day, from and to: dates, or date-times whose UTC date counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Option<String>>>, min_items = 2, max_items = 2)]
    pub expiration_date: Option<Range<CivilDate>>,
    /// One of these statuses; an unknown status finds nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>, max_items = 100)]
    pub status: Option<BTreeSet<Status>>,
}

/// The body of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct SearchBody {
    /// The fields that a credit must match.
    #[serde(flatten)]
    pub search: CreditSearch,
    /// The `LastEvaluatedKey` of the page before.
    #[serde(rename = "exclusiveStartKey")]
    exclusive_start_key: Option<String>,
}

impl SearchBody {
    /// Reads a body.
    ///
    /// # Errors
    /// `validation-failed`, naming every violation by its pointer.
    pub fn parse(body: Object) -> Result<Self, Error> {
        json::validate(body, |input| input.fields().map(Self::read))
            .map_err(Error::validation_failed)
    }

    fn read(mut fields: Fields<'_>) -> Self {
        let search = CreditSearch {
            ids: read_set(&mut fields, "ids", reader::parsed),
            origin: fields
                .optional("origin", reader::string)
                .map(|word| known([word])),
            type_id: read_set(&mut fields, "type_id", reader::parsed),
            contact_id: read_set(&mut fields, "contact_id", reader::parsed),
            quantity: read_range(&mut fields, "quantity", reader::number),
            quantity_used: read_range(&mut fields, "quantity_used", reader::number),
            quantity_available: read_range(&mut fields, "quantity_available", reader::number),
            self_reported: read_set(&mut fields, "self_reported", reader::flag),
            date: read_range(&mut fields, "date", CivilDate::read_in_utc),
            expiration_date: read_range(&mut fields, "expiration_date", CivilDate::read_in_utc),
            status: read_set(&mut fields, "status", reader::string).map(known),
        };
        let exclusive_start_key = fields.optional("exclusiveStartKey", reader::string);
        fields.finish();
        Self {
            search,
            exclusive_start_key,
        }
    }

    /// Returns the cursor to start after, if one is given.
    pub fn start_key(&self) -> Option<&str> {
        self.exclusive_start_key
            .as_deref()
            .filter(|key| !key.is_empty())
    }
}

// Returns the words that are a `T`. If all words are unknown, the set is empty and finds nothing.
fn known<I: IntoIterator<Item = String>, T: serde::de::DeserializeOwned + Ord>(
    texts: I,
) -> BTreeSet<T> {
    let values = texts.into_iter().map(Value::String);
    values
        .filter_map(|value| serde_json::from_value(value).ok())
        .collect()
}

impl CreditSearch {
    /// Returns whether a credit matches every field of the search.
    pub fn matches(&self, credit: &Searchable) -> bool {
        is_among(self.ids.as_ref(), Some(&credit.id))
            && is_among(self.origin.as_ref(), Some(&credit.origin))
            && is_among(self.type_id.as_ref(), Some(&credit.type_id))
            && is_among(self.contact_id.as_ref(), Some(&credit.contact_id))
            && is_among(self.self_reported.as_ref(), credit.self_reported.as_ref())
            && is_among(self.status.as_ref(), credit.status.as_ref())
            && is_within(self.date, Some(credit.date))
            && is_within(self.expiration_date, credit.expiration_date)
            && has_amount(self.quantity, credit.quantity)
            && has_amount(self.quantity_used, credit.quantity_used)
            && has_amount(self.quantity_available, credit.quantity_available)
    }

    /// Returns whether the search cannot find any credit: it asks for unknown origins or statuses
    /// only.
    pub fn matches_nothing(&self) -> bool {
        self.origin.as_ref().is_some_and(BTreeSet::is_empty)
            || self.status.as_ref().is_some_and(BTreeSet::is_empty)
    }

    /// Returns a SHA-256 in hex. Two searches have the same hash exactly if they mean the same.
    pub fn hash(&self) -> String {
        // INVARIANT: a struct of lists of texts, numbers and flags always serializes to an object.
        match serde_json::to_value(self) {
            Ok(Value::Object(canonical)) => json::sha256(&canonical),
            _ => String::new(),
        }
    }
}

fn is_among<T: Ord>(wanted: Option<&BTreeSet<T>>, value: Option<&T>) -> bool {
    wanted.is_none_or(|wanted| value.is_some_and(|value| wanted.contains(value)))
}

fn is_within<T: Ord + Copy>(wanted: Option<Range<T>>, value: Option<T>) -> bool {
    wanted.is_none_or(|wanted| value.is_some_and(|value| wanted.contains(value)))
}

fn has_amount(wanted: Option<Range<Number>>, quantity: Quantity) -> bool {
    is_within(wanted, Some(quantity.into()))
}
