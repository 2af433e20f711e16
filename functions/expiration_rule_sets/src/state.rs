//! What the handlers share: built once per cold start.

use shared::base::clock::Clock;
use shared::base::ids::Ids;
use shared::model::id::TenantId;
use shared::model::rule_set::ExpirationRuleSet;
use shared::repository::{Collection, Table};

/// The table, the time, and new ids.
#[derive(Clone, Debug)]
pub struct State {
    /// Where rule sets are kept.
    pub table: Table,
    /// What time it is.
    pub clock: Clock,
    /// Where new ids come from.
    pub ids: Ids,
}

impl State {
    /// State over `table`, with the machine's clock and random ids.
    pub fn new(table: Table) -> Self {
        Self {
            table,
            clock: Clock::system(),
            ids: Ids::random(),
        }
    }

    /// A tenant's rule sets.
    pub(crate) fn rule_sets<'a>(
        &'a self,
        tenant: &'a TenantId,
    ) -> Collection<'a, ExpirationRuleSet> {
        self.table.collection(tenant)
    }
}
