//! The one table.

use aws_sdk_dynamodb::Client;

use crate::base::clock::Clock;

/// The table. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Table {
    pub(crate) client: Client,
    pub(crate) name: String,
    /// The clock by which the log of an item's writes is kept.
    pub(crate) clock: Clock,
}

impl Table {
    /// Makes the table `name`, reached by `client`.
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self {
            client,
            name: name.into(),
            clock: Clock::system(),
        }
    }

    /// Replaces the clock, for tests in which time passes only when the test says so.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }
}
