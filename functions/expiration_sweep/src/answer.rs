//! The answer to an event.

use serde_json::Value;
use shared::base::error::Error;

use crate::event::SweepRequest;
use crate::plan::Plan;
use crate::report::Finished;
use crate::summary::Summary;

/// An answer, with the values that only the log needs.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A run has ended.
    Swept {
        request: SweepRequest,
        finished: Finished,
    },
    /// The state machine gets its next tenants.
    Planned(Plan),
    /// The state machine gets the sum of its reports.
    Summed {
        request: SweepRequest,
        summary: Summary,
    },
}

impl Answer {
    /// Returns the answer as Lambda sends it.
    ///
    /// # Errors
    /// `internal`, if the answer cannot be written as JSON.
    pub(crate) fn to_json(&self) -> Result<Value, Error> {
        let json = match self {
            Self::Swept { finished, .. } => serde_json::to_value(&finished.report),
            Self::Planned(plan) => serde_json::to_value(plan),
            Self::Summed { summary, .. } => serde_json::to_value(summary),
        };
        json.map_err(Error::internal)
    }
}
