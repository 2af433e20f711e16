//! How far a credit has come.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The status of a credit. A credit without one is simply usable.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Being written.
    Draft,
    /// Handed in.
    Submitted,
    /// Somebody is looking at it.
    #[serde(rename = "under review")]
    UnderReview,
    /// Accepted.
    Verified,
    /// Refused; can no longer be used.
    Rejected,
    /// Run out; can no longer be used.
    Archived,
}

impl Status {
    /// The statuses in which a credit can no longer be used, as they are written.
    pub const UNUSABLE: [&'static str; 2] = ["rejected", Self::ARCHIVED];
    /// What the sweep makes of a credit that has run out, as it is written.
    pub const ARCHIVED: &'static str = "archived";

    /// Whether a credit in this status can still be used, and the sweep still has to look at it.
    pub fn is_usable(self) -> bool {
        match self {
            Self::Draft | Self::Submitted | Self::UnderReview | Self::Verified => true,
            Self::Rejected | Self::Archived => false,
        }
    }
}
