//! The numbers of a run.

use serde::{Deserialize, Serialize};
use shared::lifecycle::archival::days_late;
use shared::model::date::CivilDate;

/// The answer of a run, or the sum of several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The day that was asked for; null when each tenant's own today was used.
    pub as_of: Option<CivilDate>,
    /// The number of tenants that were begun.
    pub tenants: u64,
    /// The number of credits past their expiration date that were looked at: the sum of the next
    /// five.
    pub examined: u64,
    /// Credits that were archived, or in a dry run would have been.
    pub archived: u64,
    /// Credits that needed nothing any more when it was their turn.
    pub already: u64,
    /// Credits that are due and locked.
    pub locked: u64,
    /// Credits that have expired and are in grace.
    pub in_grace: u64,
    /// Credits that could not be archived, and one for each tenant whose time zone is unknown. The
    /// log says why.
    pub failed: u64,
    /// Whether nothing was left to look at.
    pub complete: bool,
    /// The continuation to send in order to go on; absent when complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continuation: Option<String>,
}

/// A run that has ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finished {
    /// The report.
    pub report: Report,
    /// The days that the oldest due credit that this run leaves has waited. Locked credits do not
    /// count.
    pub lag_days: u32,
}

/// The outcome of one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Archived,
    Already,
    Locked,
    InGrace,
    /// With the last day before the credit was due, if that can be told.
    Failed(Option<CivilDate>),
}

impl Report {
    /// Counts a credit.
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

    /// Adds two reports of iterations of the state machine.
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

impl Finished {
    /// Begins to count.
    pub(crate) fn new(as_of: Option<CivilDate>) -> Self {
        Self {
            report: Report {
                as_of,
                ..Report::default()
            },
            lag_days: 0,
        }
    }

    /// Counts a credit, and how late it is if it is left.
    pub(crate) fn count(&mut self, outcome: Outcome, today: CivilDate) {
        self.report.count(outcome);
        if let Outcome::Failed(Some(last_day)) = outcome {
            self.note_late(last_day, today);
        }
    }

    /// Notes that a credit with this last day is left.
    pub(crate) fn note_late(&mut self, last_day: CivilDate, today: CivilDate) {
        self.lag_days = self.lag_days.max(days_late(last_day, today));
    }

    /// Ends a run that had to stop.
    pub(crate) fn stopped(mut self, continuation: String) -> Self {
        self.report.continuation = Some(continuation);
        self
    }

    /// Ends a run that has left nothing.
    pub(crate) fn completed(mut self) -> Self {
        self.report.complete = true;
        self
    }
}
