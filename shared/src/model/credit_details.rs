//! The fields of a credit: what a client may write, and what the server computes from it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::json::{Fields, reader};
use crate::base::number::Number;
use crate::model::custom_field::{CustomFieldValue, read_custom_field};
use crate::model::date::CivilDate;
use crate::model::id::{
    ActivityId, ContactId, CourseRegistrationId, EventId, EventRegistrationId, TypeId,
};
use crate::model::origin::Origin;
use crate::model::quantity::Quantity;
use crate::model::status::Status;
use crate::model::usage::{Balance, Usage, read_usages};

/// The fields of a credit beside its id and its system fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CreditDetails {
    /// The kind of credit.
    pub type_id: TypeId,
    /// The origin, which decides the references that are required.
    pub origin: Origin,
    /// A number of the association's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    pub number: Option<Number>,
    /// The event; required by `event registration`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<EventId>,
    /// The registration for the event; required by `event registration`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_registration_id: Option<EventRegistrationId>,
    /// The activity; required by `certification activity`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity_id: Option<ActivityId>,
    /// The course registration; required by `course registration`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub course_registration_id: Option<CourseRegistrationId>,
    /// The person who earned the credit.
    pub contact_id: ContactId,
    /// The day on which the credit was earned.
    pub date: CivilDate,
    /// The quantity that the credit is worth; at least 0.01.
    pub quantity: Quantity,
    /// The quantities that applications have used, one entry each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usages: Option<Vec<Usage>>,
    /// The sum of `usages`. The server computes it, and ignores what a client sends.
    #[schema(read_only)]
    pub quantity_used: Quantity,
    /// The quantity that is left. The server computes it, and ignores what a client sends.
    #[schema(read_only)]
    pub quantity_available: Quantity,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// `true` if the contact reported the credit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_reported: Option<bool>,
    /// The status; absent means usable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// The last day on which the credit can be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_date: Option<CivilDate>,
    /// The tenant's own fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_field_values: Option<Vec<CustomFieldValue>>,
}

impl CreditDetails {
    /// Reads the fields that a client sends. Others that are left in `fields` are not read.
    pub(crate) fn read(fields: &mut Fields<'_>) -> Option<Self> {
        fields.ignore(&["quantity_used", "quantity_available"]);
        let origin = read_origin(fields);
        let type_id = fields.required("type_id", reader::parsed);
        let contact_id = fields.required("contact_id", reader::parsed);
        let date = fields.required("date", reader::parsed);
        let quantity = fields.required("quantity", reader::number);
        let usages = fields.optional("usages", read_usages);
        let balance = read_balance(fields, quantity, usages.as_deref().unwrap_or_default());
        // The required fields come last, since `?` ends the reading.
        Some(Self {
            number: fields.optional("number", reader::number),
            event_id: fields.optional("event_id", reader::parsed),
            event_registration_id: fields.optional("event_registration_id", reader::parsed),
            activity_id: fields.optional("activity_id", reader::parsed),
            course_registration_id: fields.optional("course_registration_id", reader::parsed),
            notes: fields.optional("notes", reader::string),
            self_reported: fields.optional("self_reported", reader::flag),
            status: fields.optional("status", reader::word),
            expiration_date: fields.optional("expiration_date", CivilDate::read_lenient),
            custom_field_values: fields.optional("custom_field_values", |values| {
                values.list(read_custom_field)
            }),
            usages,
            type_id: type_id?,
            origin: origin?,
            contact_id: contact_id?,
            date: date?,
            quantity: quantity?,
            quantity_used: balance?.used,
            quantity_available: balance?.available,
        })
    }
}

// The references that the origin requires have to be there, whether they are valid or not.
fn read_origin(fields: &mut Fields<'_>) -> Option<Origin> {
    let origin: Origin = fields.required("origin", reader::word)?;
    for name in origin.required_references() {
        if !fields.has(name) {
            fields.refuse_member(name, "is required by this `origin`");
        }
    }
    Some(origin)
}

fn read_balance(
    fields: &mut Fields<'_>,
    quantity: Option<Quantity>,
    usages: &[Usage],
) -> Option<Balance> {
    let quantity = quantity?;
    if quantity < Quantity::LEAST_CREDIT {
        fields.refuse_member("quantity", "must be at least 0.01");
        return None;
    }
    let balance = Balance::of(quantity, usages);
    if balance.is_none() {
        fields.refuse_member("usages", "must not add up to more than `quantity`");
    }
    balance
}
