//! Planned faults between the SDK and the store.
//!
//! DynamoDB Local never throttles, never loses an answer and never reads old
//! data. A [`Faults`] is the HTTP client of an SDK client: it sends requests to
//! the store, and makes chosen ones fail as they can fail on AWS. The SDK's own
//! retries and time-outs still apply.
//!
//! ```no_run
//! # async fn example(store: integration_tests::store::Store) {
//! use integration_tests::faults::Faults;
//!
//! let faults = Faults::default();
//! let client = store.client_with(&faults);
//!
//! // The second PutItem is applied, but its answer is lost.
//! faults.on("PutItem").after(1).lose_response();
//! // … requests through `client` …
//! assert!(faults.all_happened());
//! assert_eq!(faults.recorder().calls_to("PutItem").len(), 3);
//! # }
//! ```

mod connector;
mod plans;
mod script;

use std::future::Future;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

pub(crate) use plans::Plans;

use crate::policy::Policy;
use crate::recorder::{Answer, Recorder};
use crate::store;
use connector::{Connector, Role};
use script::{Fault, Rule, Script};

/// An HTTP client for the SDK whose calls are recorded and can be made to fail.
/// Clones share their plan and their record.
#[derive(Clone, Debug)]
pub struct Faults {
    inner: SharedHttpClient,
    plans: Plans,
    role: Option<Role>,
}

impl Default for Faults {
    /// Makes a client that records every call, without faults.
    fn default() -> Self {
        Self {
            inner: store::plain_http(),
            plans: Plans::default(),
            role: None,
        }
    }
}

impl Faults {
    /// Returns a client in the role of a function, by its logical id in the template, with the same
    /// plan and record. Calls that the function's policy does not allow are denied, as on AWS.
    ///
    /// # Panics
    /// When the template has no such function.
    #[must_use]
    pub fn acting_as(&self, function: &'static str) -> Self {
        let policy = Policy::of(function);
        Self {
            role: Some(Role { function, policy }),
            ..self.clone()
        }
    }

    /// Plans a fault for the next call of an operation, such as `GetItem`. A retry
    /// of the SDK is another call. Of several plans for one operation, the first
    /// that is due happens, and the others wait.
    #[must_use = "nothing is planned until the fault is named"]
    pub fn on(&self, operation: &str) -> Plan<'_> {
        self.plans.on(Some(operation))
    }

    /// Tells whether everything planned has happened. A test whose fault did not
    /// happen has shown nothing.
    pub fn all_happened(&self) -> bool {
        self.plans.all_happened()
    }

    /// Returns the record of the calls.
    pub fn recorder(&self) -> &Recorder {
        self.plans.recorder()
    }
}

impl HttpClient for Faults {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector {
            inner: self.inner.http_connector(settings, components),
            plans: self.plans.clone(),
            role: self.role,
        })
    }
}

/// A plan for some calls: by default for the next one.
#[derive(Debug)]
pub struct Plan<'a> {
    script: &'a Script,
    rule: Rule,
}

impl Plan<'_> {
    /// Lets the first `calls` calls pass.
    #[must_use = "nothing is planned until the fault is named"]
    pub fn after(mut self, calls: usize) -> Self {
        self.rule.skip = calls;
        self
    }

    /// Applies the fault to `calls` calls in a row.
    #[must_use = "nothing is planned until the fault is named"]
    pub fn times(mut self, calls: usize) -> Self {
        self.rule.times = calls;
        self
    }

    /// Applies the fault to all calls from then on.
    #[must_use = "nothing is planned until the fault is named"]
    pub fn always(self) -> Self {
        self.times(usize::MAX)
    }

    /// Breaks the connection before the request reaches the store.
    pub fn lose_request(self) {
        self.add(Fault::LoseRequest);
    }

    /// Lets the store work, but only half of its answer arrives. Without a socket, which would
    /// notice this, the SDK gets half a document.
    pub fn truncate(self) {
        self.add(Fault::Damage(Answer::truncated));
    }

    /// Lets the store work, but a proxy answers in its place, not in JSON.
    pub fn garble(self) {
        self.add(Fault::Damage(Answer::garbled));
    }

    /// Lets the store work, but changes a digit of its answer. Only the checksum shows it.
    pub fn corrupt(self) {
        self.add(Fault::Damage(Answer::corrupted));
    }

    /// Answers HTTP 500, and does nothing.
    pub fn fail(self) {
        self.add(Fault::Answer(Answer::failure()));
    }

    /// Lets the store work, but breaks the connection before the answer.
    pub fn lose_response(self) {
        self.add(Fault::LoseResponse);
    }

    /// Like [`Plan::lose_response`], but before the caller gets the error, `hook`
    /// runs to its end, as another writer in between. The hook runs once.
    pub fn lose_response_then(mut self, hook: impl Future<Output = ()> + Send + 'static) {
        self.rule.hook = Some(Box::pin(hook));
        self.add(Fault::LoseResponse);
    }

    /// Runs `hook` to its end before the request reaches the store, as another
    /// writer who was faster. The hook runs once, and the request then passes.
    pub fn run_first(mut self, hook: impl Future<Output = ()> + Send + 'static) {
        self.rule.hook = Some(Box::pin(hook));
        self.add(Fault::Pass);
    }

    /// Gives an earlier answer, taken from the recorder, without asking the store.
    /// For a `GetItem` this is a stale read.
    pub fn answer(self, earlier: &Answer) {
        self.add(Fault::Answer(earlier.clone()));
    }

    /// Refuses with `ProvisionedThroughputExceededException`.
    pub fn throttle(self) {
        self.add(Fault::Answer(Answer::error(
            "ProvisionedThroughputExceededException",
        )));
    }

    /// Refuses with another error code, such as `ThrottlingException` or
    /// `TransactionConflictException`.
    pub fn refuse(self, code: &str) {
        self.add(Fault::Answer(Answer::error(code)));
    }

    /// Gives no answer: only a time-out of the caller ends the call.
    pub fn stall(self) {
        self.add(Fault::Stall);
    }

    fn add(self, fault: Fault) {
        self.script.add(Rule { fault, ..self.rule });
    }
}
