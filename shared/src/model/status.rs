//! The status of a credit.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The status of a credit. A credit without a status is usable.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Being written.
    Draft,
    /// Submitted for review.
    Submitted,
    /// Being reviewed.
    #[serde(rename = "under review")]
    UnderReview,
    /// Accepted.
    Verified,
    /// Refused; can no longer be used.
    Rejected,
    /// Expired; can no longer be used.
    Archived,
}

impl Status {
    /// The words for the statuses in which a credit can no longer be used.
    pub const UNUSABLE: [&'static str; 2] = ["rejected", Self::ARCHIVED];
    /// The word for the status that the sweep gives to an expired credit.
    pub const ARCHIVED: &'static str = "archived";

    /// Returns whether a credit in this status can still be used. The sweep visits such credits
    /// only.
    pub fn is_usable(self) -> bool {
        match self {
            Self::Draft | Self::Submitted | Self::UnderReview | Self::Verified => true,
            Self::Rejected | Self::Archived => false,
        }
    }
}
