//! One invocation of a function: whose request it is, what time it has, what it has used.
//!
//! It belongs to the task that serves it and is no parameter of every function: each call to the
//! store is counted and bounded, wherever it is made.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::runtime::deadline::Deadline;

tokio::task_local! {
    static CURRENT: Invocation;
}

/// How many calls to the store an invocation may repeat in any case: more than the longest request
/// for one record needs, and far fewer than a batch or a sweep could make on a store that is away.
const FREE_RETRIES: u32 = 100;
/// Beyond those, one repeat for so many calls.
const CALLS_FOR_A_RETRY: u32 = 10;

/// An invocation. Clones share what it has spent.
#[derive(Clone, Debug, Default)]
pub struct Invocation {
    /// The id that a client sees and the log has.
    pub request_id: String,
    /// By when its answer must be ready.
    pub deadline: Deadline,
    spent: Arc<Mutex<Spent>>,
    has_written: Arc<AtomicBool>,
}

/// What an invocation's calls to the store have used.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spent {
    /// Read capacity units.
    pub read_units: f64,
    /// Write capacity units. DynamoDB does not tell what a refused condition consumed.
    pub write_units: f64,
    /// How many calls were sent, repeats included.
    pub calls: u32,
    /// How many of them were repeats by the SDK.
    pub retries: u32,
}

impl Spent {
    /// Whether one more call may be repeated. The share is the invocation's own, so that nobody else's
    /// faults use it up; and it is bounded, so that one invocation does not multiply the load on a
    /// store in trouble.
    pub fn may_retry(&self) -> bool {
        self.retries < FREE_RETRIES + self.calls / CALLS_FOR_A_RETRY
    }
}

impl Invocation {
    /// An invocation that has spent nothing.
    pub fn new(request_id: impl Into<String>, deadline: Deadline) -> Self {
        Self {
            request_id: request_id.into(),
            deadline,
            spent: Arc::default(),
            has_written: Arc::default(),
        }
    }

    /// Does `work` as this invocation.
    pub async fn run<T>(&self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self.clone(), work).await
    }

    /// The invocation that the asking task serves, if it serves one.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Self::clone).ok()
    }

    /// The id of the request that the asking task serves, for lines of log beside the request's own.
    pub fn current_id() -> Option<String> {
        CURRENT.try_with(|current| current.request_id.clone()).ok()
    }

    /// Whether a write was sent to the store, so that giving up leaves its outcome unknown.
    pub fn has_written(&self) -> bool {
        self.has_written.load(Ordering::Relaxed)
    }

    /// Notes that a write is sent.
    pub(crate) fn note_write(&self) {
        self.has_written.store(true, Ordering::Relaxed);
    }

    /// What it has spent so far.
    pub fn spent(&self) -> Spent {
        *self.lock()
    }

    /// Counts what a call to the store has used.
    pub(crate) fn charge(&self, more: Spent) {
        let mut spent = self.lock();
        spent.read_units += more.read_units;
        spent.write_units += more.write_units;
        spent.calls += more.calls;
        spent.retries += more.retries;
    }

    fn lock(&self) -> MutexGuard<'_, Spent> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_charged_inside_is_seen_outside() {
        let invocation = Invocation::new("request-1", Deadline::NONE);
        let units = Spent {
            read_units: 0.5,
            ..Spent::default()
        };
        let work = async {
            for _ in 0..3 {
                Invocation::current().unwrap().charge(units);
            }
        };
        invocation.run(work).await;
        assert_eq!(invocation.spent().read_units, 1.5);
    }

    #[test]
    fn an_invocation_may_repeat_a_hundred_calls_and_a_tenth_of_those_it_makes() {
        let may_retry = |calls, retries| {
            let spent = Spent {
                calls,
                retries,
                ..Spent::default()
            };
            spent.may_retry()
        };
        assert!(may_retry(1, 0) && may_retry(199, 99));
        assert!(!may_retry(9, 100) && may_retry(10, 100) && !may_retry(10, 101));
        assert!(may_retry(100_000, 10_099) && !may_retry(100_000, 10_100));
    }

    #[tokio::test]
    async fn outside_of_an_invocation_there_is_none() {
        assert!(Invocation::current().is_none());
    }
}
