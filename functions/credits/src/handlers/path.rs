//! The path values of this function's routes.

use serde::Deserialize;
use shared::model::id::{
    ActivityId, ApplicationId, ContactId, CourseRegistrationId, CreditId, EventRegistrationId,
};

/// `/credits/{tenantId}/{id}`
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct CreditPath {
    pub(crate) id: CreditId,
}

/// `/credits/{tenantId}/contact/{contact_id}`
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ContactPath {
    pub(crate) contact_id: ContactId,
}

/// `/credits/{tenantId}/contact/{contact_id}/consume/{application_id}`
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ConsumptionPath {
    pub(crate) contact_id: ContactId,
    pub(crate) application_id: ApplicationId,
}

/// `/credits/{tenantId}/activity/{activity_id}`
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ActivityPath {
    pub(crate) activity_id: ActivityId,
}

/// `/credits/{tenantId}/courseRegistration/{course_registration_id}`
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct CourseRegistrationPath {
    pub(crate) course_registration_id: CourseRegistrationId,
}

/// `/credits/{tenantId}/eventRegistration/{event_registration_id}`
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct EventRegistrationPath {
    pub(crate) event_registration_id: EventRegistrationId,
}
