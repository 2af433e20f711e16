//! The invocation that a task serves: the request's id, its deadline, and what it has used.
//!
//! The outermost layer of a function makes the invocation, and runs the work in it
//! ([`Invocation::run`]). Everything inside asks for [`Invocation::current`]. So the id and the
//! deadline are not handed from function to function, and no call to the store can forget to be
//! counted and bounded. A pure function takes the value that it needs as a parameter.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::runtime::deadline::Deadline;

tokio::task_local! {
    static CURRENT: Invocation;
}

/// The number of calls to the store that every invocation may repeat. The longest request for one
/// record needs fewer. A batch or a sweep could make far more on a store that is away.
const FREE_RETRIES: u32 = 100;
/// The number of calls for which an invocation may repeat one more.
const CALLS_FOR_A_RETRY: u32 = 10;

/// An invocation. Clones share what the invocation has used.
#[derive(Clone, Debug, Default)]
pub struct Invocation {
    /// The request's id, as the client and the log have it.
    pub request_id: String,
    /// The moment by which the answer must be ready.
    pub deadline: Deadline,
    spent: Arc<Mutex<Spent>>,
    has_written: Arc<AtomicBool>,
}

/// The use that an invocation has made of the store.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spent {
    /// Read capacity units.
    pub read_units: f64,
    /// Write capacity units. DynamoDB does not report those of a write whose condition did not
    /// hold.
    pub write_units: f64,
    /// The calls that were sent, repeats included.
    pub calls: u32,
    /// The calls that repeated another one.
    pub retries: u32,
}

impl Spent {
    /// Returns whether one more call may be repeated. Each invocation has a share of its own, so
    /// the faults of others do not use it up. The share is bounded, so one invocation does not
    /// multiply the load on a store in trouble.
    pub fn may_retry(&self) -> bool {
        self.retries < FREE_RETRIES + self.calls / CALLS_FOR_A_RETRY
    }
}

impl Invocation {
    /// Makes an invocation that has used nothing.
    pub fn new(request_id: impl Into<String>, deadline: Deadline) -> Self {
        Self {
            request_id: request_id.into(),
            deadline,
            spent: Arc::default(),
            has_written: Arc::default(),
        }
    }

    /// Runs `work`, for which this is the current invocation.
    pub async fn run<T>(&self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self.clone(), work).await
    }

    /// Returns the invocation that this task serves, if there is one.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Self::clone).ok()
    }

    /// Returns the id of the request that this task serves, for further lines of log.
    pub fn current_id() -> Option<String> {
        CURRENT.try_with(|current| current.request_id.clone()).ok()
    }

    /// Returns whether a write was sent to the store: giving up now leaves its outcome unknown.
    pub fn has_written(&self) -> bool {
        self.has_written.load(Ordering::Relaxed)
    }

    /// Notes that a write was sent.
    pub(crate) fn note_write(&self) {
        self.has_written.store(true, Ordering::Relaxed);
    }

    /// Returns what the invocation has used so far.
    pub fn spent(&self) -> Spent {
        *self.lock()
    }

    /// Adds what a call to the store has used.
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
    async fn the_maker_of_an_invocation_sees_what_the_work_has_used() {
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
    async fn a_task_that_serves_no_invocation_has_none() {
        assert!(Invocation::current().is_none());
    }
}
