//! A credit as a client sends it.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::error::{Error, Violation};
use crate::base::json::{self, Object};
use crate::base::number::Number;
use crate::model::credit::CreditDetails;
use crate::model::custom_field::CustomFieldValue;
use crate::model::date::{self, CivilDate};
use crate::model::id::{
    ActivityId, ContactId, CourseRegistrationId, EventId, EventRegistrationId, TypeId,
};
use crate::model::origin::Origin;
use crate::model::quantity::Quantity;
use crate::model::status::Status;
use crate::model::system_input::SystemInput;
use crate::model::usage::{Balance, Usage};

/// Computed by the server from `usages`; what the client sends is ignored.
const COMPUTED: [&str; 2] = ["quantity_used", "quantity_available"];

/// The fields of a credit that a client sends. Everything is optional here, so that all that is
/// missing can be named at once.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CreditInput {
    type_id: Option<TypeId>,
    origin: Option<Origin>,
    #[schema(value_type = Option<f64>)]
    number: Option<Number>,
    event_id: Option<EventId>,
    event_registration_id: Option<EventRegistrationId>,
    activity_id: Option<ActivityId>,
    course_registration_id: Option<CourseRegistrationId>,
    contact_id: Option<ContactId>,
    date: Option<CivilDate>,
    quantity: Option<Quantity>,
    usages: Option<Vec<Usage>>,
    notes: Option<String>,
    self_reported: Option<bool>,
    status: Option<Status>,
    #[serde(deserialize_with = "date::lenient")]
    expiration_date: Option<CivilDate>,
    custom_field_values: Option<Vec<CustomFieldValue>>,
}

/// What a create or replace brings: valid details, and what may be said of system fields.
#[derive(Clone, Debug, PartialEq)]
pub struct CreditDraft {
    /// The credit's own fields.
    pub details: CreditDetails,
    /// The system fields that are carried.
    pub system: SystemInput,
}

impl CreditDraft {
    /// Reads a body from which the id was taken.
    ///
    /// # Errors
    /// `validation-failed`, naming every fault by its pointer.
    pub fn parse(mut body: Object, is_admin: bool) -> Result<Self, Error> {
        body.retain(|name, _| !COMPUTED.contains(&name.as_str()));
        let system = SystemInput::take(&mut body, is_admin);
        let details = json::decode::<CreditInput>(body)
            .map_err(|violation| vec![violation])
            .and_then(CreditInput::validate);
        match (details, system) {
            (Ok(details), Ok(system)) => Ok(Self { details, system }),
            (details, system) => {
                let faults = [details.err(), system.err()]
                    .into_iter()
                    .flatten()
                    .flatten();
                Err(Error::validation_failed(faults.collect()))
            }
        }
    }
}

impl CreditInput {
    /// The details of a credit, if all that its origin requires is there and the usages add up.
    ///
    /// # Errors
    /// Every fault.
    fn validate(self) -> Result<CreditDetails, Vec<Violation>> {
        let mut faults = self.missing_references();
        let balance = match self.quantity {
            Some(quantity) => balance(quantity, self.usages.as_deref().unwrap_or_default()),
            None => Err(Vec::new()),
        };
        faults.extend(balance.as_ref().err().into_iter().flatten().cloned());
        let mut missing =
            |name: &str| faults.push(Violation::new(json::child("", name), "is required"));
        let type_id = required(self.type_id, "type_id", &mut missing);
        let origin = required(self.origin, "origin", &mut missing);
        let contact_id = required(self.contact_id, "contact_id", &mut missing);
        let date = required(self.date, "date", &mut missing);
        let quantity = required(self.quantity, "quantity", &mut missing);
        let (
            Some(type_id),
            Some(origin),
            Some(contact_id),
            Some(date),
            Some(quantity),
            Ok(balance),
            [],
        ) = (
            type_id,
            origin,
            contact_id,
            date,
            quantity,
            balance,
            faults.as_slice(),
        )
        else {
            return Err(faults);
        };
        Ok(CreditDetails {
            type_id,
            origin,
            number: self.number,
            event_id: self.event_id,
            event_registration_id: self.event_registration_id,
            activity_id: self.activity_id,
            course_registration_id: self.course_registration_id,
            contact_id,
            date,
            quantity,
            usages: self.usages,
            quantity_used: balance.used,
            quantity_available: balance.available,
            notes: self.notes,
            self_reported: self.self_reported,
            status: self.status,
            expiration_date: self.expiration_date,
            custom_field_values: self.custom_field_values,
        })
    }

    fn missing_references(&self) -> Vec<Violation> {
        let needed = self
            .origin
            .map(Origin::required_references)
            .unwrap_or_default();
        let message = "is required by this `origin`";
        needed
            .iter()
            .filter(|name| !self.has_reference(name))
            .map(|name| Violation::new(json::child("", name), message))
            .collect()
    }

    fn has_reference(&self, name: &str) -> bool {
        match name {
            "activity_id" => self.activity_id.is_some(),
            "course_registration_id" => self.course_registration_id.is_some(),
            "event_id" => self.event_id.is_some(),
            "event_registration_id" => self.event_registration_id.is_some(),
            _ => false,
        }
    }
}

fn required<T>(value: Option<T>, name: &str, missing: &mut impl FnMut(&str)) -> Option<T> {
    if value.is_none() {
        missing(name);
    }
    value
}

fn balance(quantity: Quantity, usages: &[Usage]) -> Result<Balance, Vec<Violation>> {
    if quantity < Quantity::LEAST_CREDIT {
        return Err(vec![Violation::new("/quantity", "must be at least 0.01")]);
    }
    Balance::of(quantity, usages)
}
