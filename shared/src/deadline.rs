//! How long a request may still take.

use std::time::{Duration, Instant};

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

    /// The same deadline, `margin` earlier.
    pub fn earlier(self, margin: Duration) -> Self {
        Self(self.0.map(|at| at.checked_sub(margin).unwrap_or(at)))
    }

    /// Whether it has come.
    pub fn has_come(self) -> bool {
        self.0.is_some_and(|at| Instant::now() >= at)
    }

    /// What `work` gives, or nothing when the deadline comes first.
    pub async fn meet<T>(self, work: impl Future<Output = T>) -> Option<T> {
        match self.0 {
            None => Some(work.await),
            Some(at) => tokio::time::timeout_at(at.into(), work).await.ok(),
        }
    }
}
