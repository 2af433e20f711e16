//! What Lambda calls: an event in, an answer out.

use serde::Serialize;
use serde_json::Value;
use shared::error::Error;

use crate::event::{Event, PlanRequest, SummaryRequest};
use crate::metrics;
use crate::plan::{Planned, plan};
use crate::report::Report;
use crate::run::{Invocation, Sweep};

/// An answer, and what the log is to hold of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Handled {
    /// For the caller.
    pub answer: Value,
    /// One line, from which CloudWatch takes the metrics.
    pub log: Option<Value>,
}

impl Sweep {
    /// Answers an event: one run, or a step of the state machine.
    ///
    /// # Errors
    /// Those of [`Sweep::run`]; `invalid-request` for anything that is no event.
    pub async fn handle(&self, event: Value, invocation: &Invocation) -> Result<Handled, Error> {
        let handled = match Event::parse(event) {
            Ok(Event::Sweep(request)) => {
                let finished = self.run(&request, invocation).await;
                finished.and_then(|finished| {
                    let log = metrics::line(&request, &finished, self.clock.now());
                    handled(&finished.report, Some(log))
                })
            }
            Ok(Event::Plan(request)) => self
                .plan(request)
                .await
                .and_then(|planned| handled(&planned, None)),
            Ok(Event::Summarize(request)) => handled(&summary(&request), None),
            Err(error) => Err(error),
        };
        handled.inspect_err(log)
    }

    async fn plan(&self, request: PlanRequest) -> Result<Planned, Error> {
        let PlanRequest { event, after } = request;
        if event.limit.is_some() || event.continuation.is_some() {
            let detail = "a plan is for whole tenants: leave out `limit` and `continuation`";
            return Err(Error::invalid_request(detail));
        }
        if after.is_none() {
            self.check_as_of(&event).await?;
        }
        plan(&self.table, &event, after).await
    }
}

fn summary(request: &SummaryRequest) -> Report {
    let total = request.total.clone();
    request.reports.iter().fold(total, Report::plus)
}

fn handled(answer: &impl Serialize, log: Option<Value>) -> Result<Handled, Error> {
    Ok(Handled {
        answer: serde_json::to_value(answer).map_err(Error::internal)?,
        log,
    })
}

fn log(error: &Error) {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    tracing::error!(code = error.code(), cause, detail = %error, "the expiration sweep failed");
}
