//! The time that is left for the work of an invocation.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long before Lambda's time-out an answer must be ready, so that the answer still gets out.
pub const TIMEOUT_MARGIN: Duration = Duration::from_millis(500);

/// The moment by which work must have ended. Local runs have none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    /// No deadline.
    pub const NONE: Self = Self(None);

    /// The moment that is `remaining` from now.
    pub fn after(remaining: Duration) -> Self {
        Self(Instant::now().checked_add(remaining))
    }

    /// The deadline of a Lambda invocation: [`TIMEOUT_MARGIN`] before its time-out, which is given
    /// in milliseconds since 1970. 0 stands for no time-out.
    pub fn before_timeout(timeout_unix_ms: u64) -> Self {
        if timeout_unix_ms == 0 {
            return Self::NONE;
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let timeout = Duration::from_millis(timeout_unix_ms);
        Self::after(timeout.saturating_sub(now.unwrap_or_default())).minus(TIMEOUT_MARGIN)
    }

    /// The moment that is `margin` before this one.
    pub fn minus(self, margin: Duration) -> Self {
        Self(self.0.map(|at| at.checked_sub(margin).unwrap_or(at)))
    }

    /// Returns whether the moment has passed.
    pub fn is_past(self) -> bool {
        self.0.is_some_and(|at| Instant::now() >= at)
    }

    /// Returns the time until then: zero when the moment has passed, `None` without a deadline.
    pub fn remaining(self) -> Option<Duration> {
        self.0
            .map(|at| at.saturating_duration_since(Instant::now()))
    }

    /// Runs `work` until the deadline. Drops `work` and returns `None` when the deadline comes
    /// first.
    pub async fn run<T>(self, work: impl Future<Output = T>) -> Option<T> {
        match self.0 {
            None => Some(work.await),
            Some(at) => tokio::time::timeout_at(at.into(), work).await.ok(),
        }
    }
}

/// Returns the moment that is `remaining` from now, in milliseconds since 1970, as Lambda gives a
/// time-out.
pub(crate) fn unix_ms_after(remaining: Duration) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let at = now.unwrap_or_default().saturating_add(remaining);
    u64::try_from(at.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_in_the_past_leaves_no_time() {
        let past = Deadline::before_timeout(1);
        assert!(past.is_past());
        assert_eq!(past.remaining(), Some(Duration::ZERO));
    }

    #[test]
    fn an_answer_must_be_ready_before_the_timeout() {
        let deadline = Deadline::before_timeout(unix_ms_after(Duration::from_secs(60)));
        let remaining = deadline.remaining().unwrap();
        assert!(remaining <= Duration::from_secs(60) - TIMEOUT_MARGIN);
        assert!(remaining > Duration::from_secs(30));
    }

    #[test]
    fn without_a_timeout_no_deadline_passes() {
        let none = Deadline::before_timeout(0);
        assert_eq!(none, Deadline::NONE);
        assert!(!none.is_past());
        assert_eq!(none.remaining(), None);
    }

    #[tokio::test]
    async fn work_that_does_not_end_is_dropped_at_the_deadline() {
        let past = Deadline::before_timeout(1);
        assert_eq!(past.run(std::future::pending::<()>()).await, None);
        assert_eq!(Deadline::NONE.run(async { 1 }).await, Some(1));
    }
}
