//! The planned faults, and which of them is due.

use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard};

use crate::recorder::Answer;

/// The work of another client at a moment that the test chooses.
pub(super) type Hook = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The fault of one call.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    /// The call passes.
    Pass,
    /// The request is lost on its way to the store.
    LoseRequest,
    /// The store is asked, but its answer is lost.
    LoseResponse,
    /// The store is asked, but its answer is damaged on the way.
    Damage(fn(Answer) -> Answer),
    /// The store is not asked, and this answer is given.
    Answer(Answer),
    /// The store is not asked, and no answer is given.
    Stall,
}

/// A fault for some calls.
pub(super) struct Rule {
    /// The operation, or none for all operations.
    pub(super) operation: Option<String>,
    /// The number of calls that pass before the fault begins.
    pub(super) skip: usize,
    /// The number of calls that still get the fault.
    pub(super) times: usize,
    pub(super) fault: Fault,
    /// Taken by the first call that the rule is for.
    pub(super) hook: Option<Hook>,
}

impl Rule {
    pub(super) fn new(operation: Option<&str>) -> Self {
        Self {
            operation: operation.map(str::to_owned),
            skip: 0,
            times: 1,
            fault: Fault::Pass,
            hook: None,
        }
    }

    fn is_for(&self, operation: &str) -> bool {
        self.operation.as_ref().is_none_or(|own| own == operation)
    }

    /// Counts a call, and tells whether the rule applies to it.
    fn is_due(&mut self) -> bool {
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        if self.times > 0 {
            self.times -= 1;
            return true;
        }
        false
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation,
            skip,
            times,
            fault,
            hook: _,
        } = self;
        let operation = operation.as_deref().unwrap_or("all");
        write!(f, "{operation}: skip {skip}, then {times} × {fault:?}")
    }
}

/// All rules, in the order in which they were planned.
#[derive(Debug, Default)]
pub(super) struct Script(Mutex<Vec<Rule>>);

impl Script {
    pub(super) fn add(&self, rule: Rule) {
        self.rules().push(rule);
    }

    /// Returns the fault of this call, and the hook that runs with it.
    pub(super) fn next(&self, operation: &str) -> (Fault, Option<Hook>) {
        self.rules()
            .iter_mut()
            .filter(|rule| rule.is_for(operation))
            .find_map(|rule| {
                rule.is_due()
                    .then(|| (rule.fault.clone(), rule.hook.take()))
            })
            .unwrap_or((Fault::Pass, None))
    }

    pub(super) fn clear(&self) {
        self.rules().clear();
    }

    pub(super) fn is_finished(&self) -> bool {
        self.rules().iter().all(|rule| rule.times == 0)
    }

    fn rules(&self) -> MutexGuard<'_, Vec<Rule>> {
        self.0.lock().expect("no test panics while it plans")
    }
}
