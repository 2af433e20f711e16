//! New ids. Their source is injected, so that a test can repeat a run.

use std::fmt;
use std::sync::Arc;

use uuid::Uuid;

/// Makes new ids. They are random and not ascending: DynamoDB splits a hot collection by sort key
/// only while the key does not grow monotonically.
#[derive(Clone)]
pub struct Ids(Arc<dyn Fn() -> Uuid + Send + Sync>);

impl Ids {
    /// Returns a source of UUIDs of version 4.
    pub fn random() -> Self {
        Self::from_fn(Uuid::new_v4)
    }

    /// Returns a source that asks `next`, for tests that need to know the ids.
    pub fn from_fn(next: impl Fn() -> Uuid + Send + Sync + 'static) -> Self {
        Self(Arc::new(next))
    }

    /// Makes a new id.
    pub fn next(&self) -> Uuid {
        (self.0)()
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ids")
    }
}
