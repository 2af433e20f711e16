//! The parts and options of a sweep.

use std::fmt;
use std::sync::Arc;

use shared::base::clock::Clock;
use shared::repository::Table;

use crate::report::Report;

/// The number of credits that are archived at the same time. At 5 ms a write, these are 3,900 a
/// second.
/// One partition takes fewer (1,000 units, 200 credits), so DynamoDB sets the pace.
pub const CONCURRENCY: usize = 32;

/// Gets the counts so far after each credit.
type Progress = Arc<dyn Fn(&Report) + Send + Sync>;

/// The table, the clock and the options of a sweep.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) table: Table,
    pub(crate) clock: Clock,
    /// The number of credits that are archived at the same time; at least one.
    pub(crate) concurrency: usize,
    pub(crate) progress: Progress,
}

impl Setup {
    /// Sweeps `table` by the machine's clock, and reports no progress.
    pub(crate) fn new(table: Table) -> Self {
        Self {
            table,
            clock: Clock::system(),
            concurrency: CONCURRENCY,
            progress: Arc::new(|_| {}),
        }
    }
}

/// Leaves out the progress, which cannot be printed.
impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup")
            .field("table", &self.table)
            .field("clock", &self.clock)
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}
