//! How long a request may still take.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// What is left for the answer itself when the time of an invocation runs out.
pub const ANSWER_MARGIN: Duration = Duration::from_millis(500);

/// The moment by which an answer must be ready; none in local runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    /// No deadline.
    pub const NONE: Self = Self(None);

    /// So long from now.
    pub fn after(left: Duration) -> Self {
        Self(Instant::now().checked_add(left))
    }

    /// That of a Lambda invocation, in milliseconds since 1970; 0 is none.
    pub fn at_unix_ms(deadline_ms: u64) -> Self {
        if deadline_ms == 0 {
            return Self::NONE;
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let left = Duration::from_millis(deadline_ms).saturating_sub(now.unwrap_or_default());
        Self::after(left)
    }

    /// The same deadline, `margin` earlier.
    pub fn earlier(self, margin: Duration) -> Self {
        Self(self.0.map(|at| at.checked_sub(margin).unwrap_or(at)))
    }

    /// Whether it has come.
    pub fn has_come(self) -> bool {
        self.0.is_some_and(|at| Instant::now() >= at)
    }

    /// How long until then; zero when it has come, nothing when there is none.
    pub fn left(self) -> Option<Duration> {
        self.0
            .map(|at| at.saturating_duration_since(Instant::now()))
    }

    /// What `work` gives, or nothing when the deadline comes first.
    pub async fn meet<T>(self, work: impl Future<Output = T>) -> Option<T> {
        match self.0 {
            None => Some(work.await),
            Some(at) => tokio::time::timeout_at(at.into(), work).await.ok(),
        }
    }
}

/// So long from now, in milliseconds since 1970: as Lambda tells a deadline.
pub(crate) fn unix_ms_after(left: Duration) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let at = now.unwrap_or_default().saturating_add(left);
    u64::try_from(at.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_told_in_unix_time_leaves_what_was_given() {
        let deadline = Deadline::at_unix_ms(unix_ms_after(Duration::from_secs(10)));
        let left = deadline.left().unwrap();
        assert!(left > Duration::from_secs(5) && left <= Duration::from_secs(10));
    }

    #[test]
    fn a_deadline_in_the_past_has_come_and_leaves_nothing() {
        let past = Deadline::at_unix_ms(1);
        assert!(past.has_come());
        assert_eq!(past.left(), Some(Duration::ZERO));
    }

    #[test]
    fn no_deadline_never_comes() {
        let none = Deadline::at_unix_ms(0);
        assert_eq!(none, Deadline::NONE);
        assert!(!none.has_come());
        assert_eq!(none.left(), None);
    }

    #[tokio::test]
    async fn work_that_does_not_end_is_given_up_when_the_deadline_comes() {
        let past = Deadline::at_unix_ms(1);
        assert_eq!(past.meet(std::future::pending::<()>()).await, None);
        assert_eq!(Deadline::NONE.meet(async { 1 }).await, Some(1));
    }
}
