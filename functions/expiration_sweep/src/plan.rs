//! Which tenants a run is for, a page at a time.

use std::collections::VecDeque;
use std::ops::Bound;

use serde::Serialize;
use shared::base::error::Error;
use shared::model::id::TenantId;
use shared::model::tenant::TenantSettings;
use shared::repository::Table;

use crate::event::SweepRequest;

/// How many tenants a plan names at most. Should all groups fail, each tenant is swept alone: then a
/// state of the state machine has to hold 500 events of 130 bytes and 500 reports of 350 in 256 KiB.
pub const PLAN_PAGE: u16 = 500;
/// How many tenants one invocation sweeps in turn. Without anything due a tenant takes one query, some
/// 10 ms: a group costs an invocation of half a second instead of fifty, and a fiftieth of the state
/// transitions.
pub const GROUP: usize = 50;

/// A tenant to look at, with its settings where the registry brought them along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlannedTenant {
    pub(crate) id: TenantId,
    pub(crate) settings: Option<TenantSettings>,
}

/// The state machine's next tenants: one event for each [`GROUP`] of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// What to ask this function for each group.
    pub items: Vec<SweepRequest>,
    /// What to ask the next plan to come after; null when this is the last.
    pub after: Option<TenantId>,
}

/// The tenants of a run, in the order of their ids, whatever order they were named in.
#[derive(Debug)]
pub(crate) struct Tenants<'a> {
    table: &'a Table,
    page: VecDeque<PlannedTenant>,
    /// Where the registry's next page begins; nothing when there is none.
    rest: Option<Bound<TenantId>>,
}

impl<'a> Tenants<'a> {
    /// Those that are named, or else all of the registry; of either those at or after `from`.
    pub(crate) fn new(table: &'a Table, named: Option<&[TenantId]>, from: Bound<TenantId>) -> Self {
        let Some(named) = named else {
            return Self {
                table,
                page: VecDeque::new(),
                rest: Some(from),
            };
        };
        let mut named = named.to_vec();
        named.sort();
        named.dedup();
        let page = named.into_iter().filter(|tenant| is_within(tenant, &from));
        Self {
            table,
            page: page
                .map(|id| PlannedTenant { id, settings: None })
                .collect(),
            rest: None,
        }
    }

    /// The next one; a page of the registry costs half a unit for each 4 KB, some 60 tenants.
    pub(crate) async fn next(&mut self) -> Result<Option<PlannedTenant>, Error> {
        while self.page.is_empty() {
            let Some(from) = self.rest.take() else {
                return Ok(None);
            };
            let read = self.table.tenants_page(from.as_ref(), PLAN_PAGE).await?;
            self.rest = read.next.map(Bound::Excluded);
            let planned = read
                .tenants
                .into_iter()
                .map(|(id, settings)| PlannedTenant {
                    id,
                    settings: Some(settings),
                });
            self.page = planned.collect();
        }
        Ok(self.page.pop_front())
    }
}

fn is_within(tenant: &TenantId, from: &Bound<TenantId>) -> bool {
    match from {
        Bound::Included(first) => tenant >= first,
        Bound::Excluded(last) => tenant > last,
        Bound::Unbounded => true,
    }
}

/// The next [`PLAN_PAGE`] tenants of `event` after one, as an event for each group.
pub(crate) async fn plan(
    table: &Table,
    event: &SweepRequest,
    after: Option<TenantId>,
) -> Result<Planned, Error> {
    let from = after.map_or(Bound::Unbounded, Bound::Excluded);
    let mut tenants = Tenants::new(table, event.tenants.as_deref(), from);
    let mut planned = Vec::new();
    while let Some(tenant) = tenants.next().await? {
        if planned.len() == usize::from(PLAN_PAGE) {
            let after = planned.last().cloned();
            let items = groups(event, &planned, GROUP);
            return Ok(Planned { items, after });
        }
        planned.push(tenant.id);
    }
    Ok(Planned {
        items: groups(event, &planned, GROUP),
        after: None,
    })
}

/// `event` for groups of so many of the tenants.
pub(crate) fn groups(event: &SweepRequest, tenants: &[TenantId], size: usize) -> Vec<SweepRequest> {
    let groups = tenants.chunks(size);
    groups
        .map(|group| SweepRequest {
            tenants: Some(group.to_vec()),
            ..event.clone()
        })
        .collect()
}
