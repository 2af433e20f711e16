//! What a run did, in numbers.

use serde::{Deserialize, Serialize};
use shared::model::date::CivilDate;

/// The answer of a run, or the sum of several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The day that was asked for; null when each tenant's own today was taken.
    pub as_of: Option<CivilDate>,
    /// How many tenants were begun with.
    pub tenants: u64,
    /// How many credits past their expiration date were looked at: the sum of the next five.
    pub examined: u64,
    /// How many were archived, or would have been.
    pub archived: u64,
    /// How many needed nothing any more when it was their turn.
    pub already: u64,
    /// How many are due and locked.
    pub locked: u64,
    /// How many have run out and have grace.
    pub in_grace: u64,
    /// How many could not be archived; a tenant whose time zone is not known counts as one. The log
    /// says why.
    pub failed: u64,
    /// Whether there was nothing left to look at.
    pub complete: bool,
    /// What to send to go on; absent when complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continuation: Option<String>,
}

/// A run that has ended: its report, and how late it leaves things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finished {
    /// The report.
    pub report: Report,
    /// For how many days the oldest credit that is due and still not archived has been so; locked
    /// ones do not count.
    pub lag_days: u32,
}

/// What became of one credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Archived,
    Already,
    Locked,
    InGrace,
    /// With the last day before it was due, if that can be told.
    Failed(Option<CivilDate>),
}

impl Report {
    pub(crate) fn count(&mut self, outcome: Outcome) {
        self.examined += 1;
        match outcome {
            Outcome::Archived => self.archived += 1,
            Outcome::Already => self.already += 1,
            Outcome::Locked => self.locked += 1,
            Outcome::InGrace => self.in_grace += 1,
            Outcome::Failed(_) => self.failed += 1,
        }
    }

    /// The sum of two: of what the state machine's iterations did.
    pub(crate) fn plus(self, other: &Self) -> Self {
        Self {
            as_of: self.as_of.or(other.as_of),
            tenants: self.tenants + other.tenants,
            examined: self.examined + other.examined,
            archived: self.archived + other.archived,
            already: self.already + other.already,
            locked: self.locked + other.locked,
            in_grace: self.in_grace + other.in_grace,
            failed: self.failed + other.failed,
            complete: self.complete && other.complete,
            continuation: None,
        }
    }
}
