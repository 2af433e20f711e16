//! The state of a router: what a function builds once, at its start.

use crate::base::clock::Clock;
use crate::base::ids::Ids;
use crate::repository::Table;

/// The table, the clock and the source of new ids. Only a [session](crate::http::session) opens
/// them to a handler.
#[derive(Clone, Debug)]
pub struct AppState {
    pub(crate) table: Table,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
}

impl AppState {
    /// The state over `table`, with the machine's clock and random ids.
    pub fn new(table: Table) -> Self {
        Self {
            table,
            clock: Clock::system(),
            ids: Ids::random(),
        }
    }

    /// The same state with another clock; for tests.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// The same state with another source of ids; for tests.
    #[must_use]
    pub fn with_ids(self, ids: Ids) -> Self {
        Self { ids, ..self }
    }
}
