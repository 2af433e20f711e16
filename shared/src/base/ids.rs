//! New ids, injected, so that a test can repeat a run.

use std::fmt;
use std::sync::Arc;

use uuid::Uuid;

/// Makes new ids: random, never ascending, because DynamoDB splits a hot collection by sort key
/// only while that does not grow monotonically.
#[derive(Clone)]
pub struct Ids(Arc<dyn Fn() -> Uuid + Send + Sync>);

impl Ids {
    /// UUID version 4.
    pub fn random() -> Self {
        Self::from_fn(Uuid::new_v4)
    }

    /// Ids from `next`; for tests that need to know them.
    pub fn from_fn(next: impl Fn() -> Uuid + Send + Sync + 'static) -> Self {
        Self(Arc::new(next))
    }

    /// A new id.
    pub fn next(&self) -> Uuid {
        (self.0)()
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ids")
    }
}
