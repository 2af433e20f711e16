//! A credit that an association has awarded to a contact, and its writes.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::base::error::{ConflictCode, Error};
use crate::base::json::Object;
use crate::model::credit_decision::CreditDecision;
use crate::model::credit_details::CreditDetails;
use crate::model::credit_input::CreditDraft;
use crate::model::id::{ApplicationId, CreditId};
use crate::model::principal::SecurityContext;
use crate::model::quantity::Quantity;
use crate::model::status::Status;
use crate::model::system::SystemFields;
use crate::model::system_input::SystemInput;
use crate::model::usage::{Balance, Usage};

/// A credit, as it is stored and answered.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Credit {
    /// The id, which the server gives.
    pub id: CreditId,
    /// The credit's own fields.
    #[serde(flatten)]
    pub details: CreditDetails,
    /// The fields every record has.
    #[serde(flatten)]
    pub system: SystemFields,
    /// The decision that `expiration_date` comes from, if a rule set decided it; not answered.
    #[serde(skip)]
    pub decision: Option<CreditDecision>,
}

/// The work that the sweep still has with a credit that has an expiration date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpirationState {
    /// The credit has to be archived once it has expired.
    Pending,
    /// The credit is archived or rejected.
    Done,
}

impl ExpirationState {
    /// Returns the word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Done => "done",
        }
    }
}

impl Credit {
    /// Every field of a credit, in the order they are answered.
    pub const NAMES: [&'static str; 19] = [
        "id",
        "type_id",
        "origin",
        "number",
        "event_id",
        "event_registration_id",
        "activity_id",
        "course_registration_id",
        "contact_id",
        "date",
        "quantity",
        "usages",
        "quantity_used",
        "quantity_available",
        "notes",
        "self_reported",
        "status",
        "expiration_date",
        "custom_field_values",
    ];

    /// Makes a new credit.
    pub fn created(
        id: CreditId,
        draft: CreditDraft,
        author: SecurityContext,
        now: Timestamp,
    ) -> Self {
        let system = SystemFields::created(draft.system, author, now);
        Self {
            id,
            details: draft.details,
            system,
            decision: None,
        }
    }

    /// Returns the credit with other content, after one more write. The decision is kept if
    /// `expiration_date` is still the date that it decided.
    ///
    /// # Errors
    /// `record-locked`.
    pub fn replaced(
        self,
        draft: CreditDraft,
        author: SecurityContext,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let system = self.system.touched(draft.system, author, now)?;
        let expiration_date = draft.details.expiration_date;
        let decision = self
            .decision
            .filter(|decision| decision.decided(expiration_date));
        Ok(Self {
            id: self.id,
            details: draft.details,
            system,
            decision,
        })
    }

    /// Returns the credit with the expiration that a rule set decided.
    pub fn with_decision(mut self, decision: CreditDecision) -> Self {
        self.details.expiration_date = Some(decision.expiration_date);
        self.decision = Some(decision);
        self
    }

    /// Returns the credit after an application has used `quantity` of it.
    ///
    /// # Errors
    /// `record-locked`; `insufficient-credits` when less than `quantity` is left.
    pub fn used(
        mut self,
        application: &ApplicationId,
        quantity: Quantity,
        author: SecurityContext,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let mut usages = self.details.usages.take().unwrap_or_default();
        let own = usages
            .iter_mut()
            .find(|usage| usage.application_id == *application);
        match own {
            Some(own) => {
                let sum = Quantity::sum([own.quantity, quantity]);
                own.quantity = sum.ok_or_else(not_enough)?;
            }
            None => usages.push(Usage {
                application_id: application.clone(),
                quantity,
            }),
        }
        self.with_usages(usages, author, now)
    }

    /// Returns whether an application has used some of the credit.
    pub fn is_used_by(&self, application: &ApplicationId) -> bool {
        let usages = self.details.usages.as_deref().unwrap_or_default();
        usages
            .iter()
            .any(|usage| usage.application_id == *application)
    }

    /// Returns the credit without the usage of an application.
    ///
    /// # Errors
    /// `record-locked`.
    pub fn released(
        mut self,
        application: &ApplicationId,
        author: SecurityContext,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let mut usages = self.details.usages.take().unwrap_or_default();
        usages.retain(|usage| usage.application_id != *application);
        self.with_usages(usages, author, now)
    }

    fn with_usages(
        mut self,
        usages: Vec<Usage>,
        author: SecurityContext,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let balance = Balance::of(self.details.quantity, &usages).ok_or_else(not_enough)?;
        let carried = SystemInput {
            client: self.system.client.clone(),
            admin: None,
        };
        self.system = self.system.touched(carried, author, now)?;
        // Without the last usage, the credit is as it was before the first.
        self.details.usages = (!usages.is_empty()).then_some(usages);
        self.details.quantity_used = balance.used;
        self.details.quantity_available = balance.available;
        Ok(self)
    }

    /// Returns the sweep's work with the credit, or nothing without an expiration date.
    pub fn expiration_state(&self) -> Option<ExpirationState> {
        self.details.expiration_date?;
        let is_usable = self.details.status.is_none_or(Status::is_usable);
        Some(if is_usable {
            ExpirationState::Pending
        } else {
            ExpirationState::Done
        })
    }

    /// Reads a serialized credit, and the decision that its expiration comes from.
    ///
    /// # Errors
    /// When a field is missing or has the wrong type.
    pub fn from_fields(fields: Object, decision: Option<Value>) -> Result<Self, serde_json::Error> {
        let (system, mut own): (Object, Object) = fields
            .into_iter()
            .partition(|(name, _)| name.starts_with("sys_"));
        let id = own.remove("id").unwrap_or_default();
        Ok(Self {
            id: serde_json::from_value(id)?,
            details: serde_json::from_value(own.into())?,
            system: SystemFields::from_fields(system)?,
            decision: decision.map(serde_json::from_value).transpose()?,
        })
    }
}

fn not_enough() -> Error {
    Error::conflict(
        ConflictCode::InsufficientCredits,
        "less than that is left of the credit",
    )
}

#[cfg(test)]
mod tests;
