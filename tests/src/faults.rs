//! What can go wrong between the SDK and the store, on order.
//!
//! DynamoDB Local never throttles, never loses an answer and never reads
//! something old. A [`Faults`] is the HTTP client of an SDK client: it carries
//! requests to the store, and does to chosen ones what AWS does on a bad day.
//! The SDK's own retries and time-outs stay in force above it.
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
    /// Nothing goes wrong; every call is recorded.
    fn default() -> Self {
        Self {
            inner: store::plain_http(),
            plans: Plans::default(),
            role: None,
        }
    }
}

impl Faults {
    /// The same plan and record for the calls of a function, by its logical id in the template. What
    /// its policy does not allow is denied, as AWS would.
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

    /// Plans a fault for the next call of an operation, such as `GetItem`.
    /// A retry by the SDK is a call of its own. Of several plans for one
    /// operation, the first that is due happens, and the others wait.
    #[must_use = "nothing is planned until the fault is named"]
    pub fn on(&self, operation: &str) -> Plan<'_> {
        self.plans.on(Some(operation))
    }

    /// Whether everything planned has happened: a test of a fault that never
    /// came has shown nothing.
    pub fn all_happened(&self) -> bool {
        self.plans.all_happened()
    }

    /// The calls so far.
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

/// Which calls go wrong: the next one, unless said otherwise.
#[derive(Debug)]
pub struct Plan<'a> {
    script: &'a Script,
    rule: Rule,
}

impl Plan<'_> {
    /// Lets the first `calls` of them pass.
    #[must_use = "nothing is planned until the fault is named"]
    pub fn after(mut self, calls: usize) -> Self {
        self.rule.skip = calls;
        self
    }

    /// Does it to `calls` of them in a row.
    #[must_use = "nothing is planned until the fault is named"]
    pub fn times(mut self, calls: usize) -> Self {
        self.rule.times = calls;
        self
    }

    /// Does it to all of them from then on.
    #[must_use = "nothing is planned until the fault is named"]
    pub fn always(self) -> Self {
        self.times(usize::MAX)
    }

    /// The connection breaks before the request reaches the store.
    pub fn lose_request(self) {
        self.add(Fault::LoseRequest);
    }

    /// The store does its work, but only half of its answer arrives. Without a socket, which would
    /// notice, that is half a document.
    pub fn truncate(self) {
        self.add(Fault::Damage(Answer::truncated));
    }

    /// The store does its work, but something in between answers in its place, and not in JSON.
    pub fn garble(self) {
        self.add(Fault::Damage(Answer::garbled));
    }

    /// The store does its work, but a digit of its answer changes on the way, which only the
    /// checksum tells.
    pub fn corrupt(self) {
        self.add(Fault::Damage(Answer::corrupted));
    }

    /// The store fails: HTTP 500, and nothing was done.
    pub fn fail(self) {
        self.add(Fault::Answer(Answer::failure()));
    }

    /// The store does its work, but its answer never arrives: the connection breaks.
    pub fn lose_response(self) {
        self.add(Fault::LoseResponse);
    }

    /// As [`Plan::lose_response`]; before the caller learns of it, `hook` runs to
    /// its end, as another writer who comes in between. It runs once.
    pub fn lose_response_then(mut self, hook: impl Future<Output = ()> + Send + 'static) {
        self.rule.hook = Some(Box::pin(hook));
        self.add(Fault::LoseResponse);
    }

    /// Nothing goes wrong, but `hook` runs to its end before the request reaches
    /// the store, as another writer who was faster. It runs once.
    pub fn run_first(mut self, hook: impl Future<Output = ()> + Send + 'static) {
        self.rule.hook = Some(Box::pin(hook));
        self.add(Fault::Pass);
    }

    /// The store is not asked: an earlier answer, taken from the recorder, comes
    /// again. With a `GetItem` that is what a stale read looks like.
    pub fn answer(self, earlier: &Answer) {
        self.add(Fault::Answer(earlier.clone()));
    }

    /// The table refuses, with `ProvisionedThroughputExceededException`.
    pub fn throttle(self) {
        self.add(Fault::Answer(Answer::error(
            "ProvisionedThroughputExceededException",
        )));
    }

    /// The service refuses, with another error code, such as
    /// `ThrottlingException` or `TransactionConflictException`.
    pub fn refuse(self, code: &str) {
        self.add(Fault::Answer(Answer::error(code)));
    }

    /// No answer ever: only a time-out of the caller ends it.
    pub fn stall(self) {
        self.add(Fault::Stall);
    }

    fn add(self, fault: Fault) {
        self.script.add(Rule { fault, ..self.rule });
    }
}
