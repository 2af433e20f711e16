//! The sweep as its callers see it: an event goes in, an answer comes out.

use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;
use shared::base::clock::Clock;
use shared::base::error::Error;
use shared::repository::Table;
use shared::runtime::invocation::Invocation;
use shared::runtime::telemetry::{ColdStart, Measured, Outcome};

use crate::answer::Answer;
use crate::continuation::Continuation;
use crate::event::{Event, PlanRequest, SweepRequest};
use crate::observe::observe;
use crate::plan::{Plan, plan};
use crate::report::{Finished, Report};
use crate::run::Run;
use crate::setup::Setup;
use crate::summary::summarize;
use crate::today::check_as_of;

/// The expiration sweep. Built once per cold start.
#[derive(Clone, Debug)]
pub struct Sweep {
    setup: Setup,
    start: ColdStart,
}

impl Sweep {
    /// Returns a sweep of `table` by the machine's clock.
    pub fn new(table: Table) -> Self {
        Self {
            setup: Setup::new(table),
            start: ColdStart::default(),
        }
    }

    /// Sets the clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.setup.clock = clock;
        self
    }

    /// Sets how many credits are archived at the same time. 0 counts as 1.
    #[must_use]
    pub fn with_concurrency(mut self, concurrency: usize) -> Self {
        self.setup.concurrency = concurrency.max(1);
        self
    }

    /// Sets what is called with the counts so far after each credit.
    #[must_use]
    pub fn with_progress(mut self, progress: impl Fn(&Report) + Send + Sync + 'static) -> Self {
        self.setup.progress = Arc::new(progress);
        self
    }

    /// Answers an event, which asks for a run or is a step of the state machine. Writes the line of
    /// log and the metrics of the invocation.
    ///
    /// # Errors
    /// Those of [`Sweep::run`]; `invalid-request` for a value that is not an event.
    pub async fn handle(&self, event: Value, invocation: &Invocation) -> Result<Value, Error> {
        let started = Instant::now();
        let answer = invocation.run(self.answer(event)).await;
        let measured = Measured::new(Outcome::of(&answer), started, invocation, &self.start);
        observe(invocation, &answer, &measured);
        answer?.to_json()
    }

    /// Archives what is due, of each tenant the oldest first. Each archived credit keeps the id of
    /// the invocation.
    ///
    /// # Errors
    /// `invalid-request` for an `as_of` in the future or a continuation that is not ours, before
    /// anything is written; those of the store when it cannot tell what is due. A credit that
    /// cannot be archived and a tenant whose time zone is unknown are not errors: they are counted.
    pub async fn run(
        &self,
        request: &SweepRequest,
        invocation: &Invocation,
    ) -> Result<Finished, Error> {
        invocation.run(self.swept(request)).await
    }

    async fn answer(&self, event: Value) -> Result<Answer, Error> {
        match Event::parse(event)? {
            Event::Sweep(request) => {
                let finished = self.swept(&request).await?;
                Ok(Answer::Swept { request, finished })
            }
            Event::Plan(request) => self.planned(request).await.map(Answer::Planned),
            Event::Summarize(request) => Ok(Answer::Summed {
                summary: summarize(&request),
                request: request.event,
            }),
        }
    }

    async fn swept(&self, request: &SweepRequest) -> Result<Finished, Error> {
        let start = request.continuation.as_deref().map(Continuation::open);
        let start = start.transpose()?;
        check_as_of(&self.setup, request).await?;
        Run::new(&self.setup, request).from(start).await
    }

    async fn planned(&self, request: PlanRequest) -> Result<Plan, Error> {
        let PlanRequest { event, after } = request;
        if event.limit.is_some() || event.continuation.is_some() {
            let detail = "a plan is for whole tenants: leave out `limit` and `continuation`";
            return Err(Error::invalid_request(detail));
        }
        if after.is_none() {
            check_as_of(&self.setup, &event).await?;
        }
        plan(&self.setup.table, &event, after).await
    }
}
