//! The origin of a credit.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The origin of a credit, which decides the references that the credit must have.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
pub enum Origin {
    /// Imported from an older system; needs no reference.
    #[serde(rename = "legacy system")]
    LegacySystem,
    /// Earned in a course; needs `course_registration_id`.
    #[serde(rename = "course registration")]
    CourseRegistration,
    /// Earned by a certification activity; needs `activity_id`.
    #[serde(rename = "certification activity")]
    CertificationActivity,
    /// Earned at an event; needs `event_registration_id` and `event_id`.
    #[serde(rename = "event registration")]
    EventRegistration,
}

impl Origin {
    /// Returns the fields that a credit of this origin must have.
    pub fn required_references(self) -> &'static [&'static str] {
        match self {
            Self::LegacySystem => &[],
            Self::CourseRegistration => &["course_registration_id"],
            Self::CertificationActivity => &["activity_id"],
            Self::EventRegistration => &["event_registration_id", "event_id"],
        }
    }
}
