//! What Lambda calls: an event in, an answer out.

use std::time::Instant;

use serde_json::Value;
use shared::base::error::Error;
use shared::runtime::invocation::Invocation;
use shared::runtime::telemetry::{Measured, Outcome};

use crate::event::{Event, PlanRequest, SweepRequest};
use crate::observe::observe;
use crate::plan::{Planned, plan};
use crate::report::Finished;
use crate::run::Sweep;
use crate::summary::{Summary, summarize};

/// What an event has led to.
#[derive(Debug)]
pub(crate) enum Done {
    /// A run.
    Swept {
        request: SweepRequest,
        finished: Finished,
    },
    /// The state machine's next tenants.
    Planned(Planned),
    /// The sum of its reports.
    Summed {
        request: SweepRequest,
        summary: Summary,
    },
}

impl Sweep {
    /// Answers an event, and logs it: one run, or a step of the state machine.
    ///
    /// # Errors
    /// Those of [`Sweep::run`]; `invalid-request` for anything that is no event.
    pub async fn handle(&self, event: Value, invocation: &Invocation) -> Result<Value, Error> {
        let started = Instant::now();
        let done = invocation.run(self.act_on(event, invocation)).await;
        let measured = Measured::new(Outcome::of(&done), started, invocation, &self.start);
        observe(invocation, &done, &measured);
        done?.answer()
    }

    async fn act_on(&self, event: Value, invocation: &Invocation) -> Result<Done, Error> {
        match Event::parse(event)? {
            Event::Sweep(request) => {
                let finished = self.run(&request, invocation).await?;
                Ok(Done::Swept { request, finished })
            }
            Event::Plan(request) => self.plan(request).await.map(Done::Planned),
            Event::Summarize(asked) => Ok(Done::Summed {
                summary: summarize(&asked),
                request: asked.event,
            }),
        }
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

impl Done {
    fn answer(&self) -> Result<Value, Error> {
        let answer = match self {
            Self::Swept { finished, .. } => serde_json::to_value(&finished.report),
            Self::Planned(planned) => serde_json::to_value(planned),
            Self::Summed { summary, .. } => serde_json::to_value(summary),
        };
        answer.map_err(Error::internal)
    }
}
