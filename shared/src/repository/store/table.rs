//! The one table.

use aws_sdk_dynamodb::Client;

use crate::base::clock::Clock;

/// The table. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Table {
    pub(crate) client: Client,
    pub(crate) name: String,
    /// What the log of an item's writes is kept by.
    pub(crate) clock: Clock,
}

impl Table {
    /// The table `name`, reached by `client`.
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self {
            client,
            name: name.into(),
            clock: Clock::system(),
        }
    }

    /// The same table in another time; for tests in which seconds must not pass by themselves.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }
}
