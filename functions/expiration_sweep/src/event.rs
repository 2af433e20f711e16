//! The events: a run of the sweep, or a step of the state machine around it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::base::error::{Error, InvalidCode, Violation};
use shared::base::json;
use shared::model::date::CivilDate;
use shared::model::id::TenantId;

use crate::report::Report;

/// Asks for a run. `{}` sweeps every registered tenant, each by its own today.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SweepRequest {
    /// The day to take for today. It must not be after a tenant's own today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<CivilDate>,
    /// The tenants to sweep, registered or not; all registered tenants if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenants: Option<Vec<TenantId>>,
    /// Counts only, and writes nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    /// The number of credits to look at before the run stops; at least 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// The continuation that an earlier run of the same request answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continuation: Option<String>,
}

/// Asks for the state machine's next tenants.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PlanRequest {
    /// The event that the execution was started with.
    pub(crate) event: SweepRequest,
    /// The last tenant of the plan before.
    pub(crate) after: Option<TenantId>,
}

/// Asks for the sum of the state machine's iterations.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SummaryRequest {
    /// The event that the execution was started with.
    pub(crate) event: SweepRequest,
    /// The sum so far.
    pub(crate) total: Report,
    /// The results to add.
    pub(crate) results: Vec<GroupResult>,
}

/// The result of an iteration of the state machine.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupResult {
    /// The sum of the runs that succeeded.
    pub(crate) total: Report,
    /// The event of the run that failed for good; absent when all succeeded.
    pub(crate) left: Option<SweepRequest>,
}

/// An event. Its member `step` tells the kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Sweep(SweepRequest),
    Plan(PlanRequest),
    Summarize(SummaryRequest),
}

impl Event {
    /// Reads an event.
    ///
    /// # Errors
    /// `invalid-request`, naming the member that is wrong.
    pub(crate) fn parse(event: Value) -> Result<Self, Error> {
        let Value::Object(mut event) = event else {
            return Err(Error::invalid_request("the event must be a JSON object"));
        };
        let step = event.remove("step");
        let parsed = match step.as_ref().map(Value::as_str) {
            None => SweepRequest::check(json::decode(event).map_err(refused)?).map(Self::Sweep)?,
            Some(Some("plan")) => Self::Plan(json::decode(event).map_err(refused)?),
            Some(Some("summarize")) => Self::Summarize(json::decode(event).map_err(refused)?),
            Some(_) => return Err(refused(Violation::new("/step", "is not a known step"))),
        };
        Ok(parsed)
    }
}

impl SweepRequest {
    fn check(self) -> Result<Self, Error> {
        if self.tenants.as_ref().is_some_and(Vec::is_empty) {
            let message = "must name at least one tenant; leave it out to sweep all of them";
            return Err(refused(Violation::new("/tenants", message)));
        }
        if self.limit == Some(0) {
            return Err(refused(Violation::new("/limit", "must be at least 1")));
        }
        Ok(self)
    }

    /// Returns whether the run must write nothing.
    pub(crate) fn is_dry_run(&self) -> bool {
        self.dry_run == Some(true)
    }
}

/// Refuses an event because of one member.
pub(crate) fn refused(violation: Violation) -> Error {
    let detail = format!("`{}` {}", violation.pointer, violation.message);
    Error::invalid(InvalidCode::InvalidRequest, detail, vec![violation])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(event: Value) -> String {
        let error = Event::parse(event).unwrap_err();
        assert_eq!(error.code(), "invalid-request");
        error.to_string()
    }

    #[test]
    fn an_empty_event_asks_for_every_tenant() {
        let all = Event::Sweep(SweepRequest::default());
        assert_eq!(Event::parse(json!({})).unwrap(), all);
        let nulls = json!({"as_of": null, "tenants": null, "limit": null, "continuation": null});
        assert_eq!(Event::parse(nulls).unwrap(), all);
    }

    #[test]
    fn the_refusal_names_the_wrong_member() {
        for (event, pointer) in [
            (json!({"tenant": "a"}), "tenant"),
            (json!({"tenants": []}), "/tenants"),
            (json!({"tenants": ["a#b"]}), "/tenants/0"),
            (json!({"as_of": "2026-02-30"}), "/as_of"),
            (json!({"limit": 0}), "/limit"),
            (json!({"limit": -1}), "/limit"),
            (json!({"dry_run": "yes"}), "/dry_run"),
            (json!({"step": "jump"}), "/step"),
            (json!({"step": 1}), "/step"),
        ] {
            let said = refusal(event.clone());
            assert!(said.contains(pointer), "{event}: {said}");
        }
        assert!(refusal(json!([])).contains("object"));
    }
}
