//! The tenants of a run, and the groups in which the state machine sweeps them.

use std::collections::VecDeque;
use std::ops::Bound;

use serde::Serialize;
use shared::base::error::Error;
use shared::model::id::TenantId;
use shared::model::tenant::TenantSettings;
use shared::repository::Table;

use crate::event::SweepRequest;

/// The most tenants in a plan. A state of Step Functions holds 256 KiB. When all groups fail, each
/// tenant is swept alone, and the state holds 500 events of 130 bytes and 500 reports of 350 bytes.
pub const PLAN_PAGE: u16 = 500;
/// The number of tenants that one invocation sweeps in turn. A tenant without due credits takes one
/// query of about 10 ms. So a group costs one invocation of half a second, not fifty, and a
/// fiftieth of the state transitions.
pub const GROUP: usize = 50;

/// A tenant to sweep, with its settings if the registry was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlannedTenant {
    pub(crate) id: TenantId,
    pub(crate) settings: Option<TenantSettings>,
}

/// The state machine's next tenants: one event for each [`GROUP`] of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Plan {
    /// The event to send for each group.
    pub(crate) items: Vec<SweepRequest>,
    /// The tenant after which the next plan begins; null when this plan is the last.
    pub(crate) after: Option<TenantId>,
}

/// The tenants of a run, in the order of their ids.
#[derive(Debug)]
pub(crate) struct Tenants<'a> {
    table: &'a Table,
    page: VecDeque<PlannedTenant>,
    /// The beginning of the registry's next page; `None` after the last page.
    rest: Option<Bound<TenantId>>,
}

impl<'a> Tenants<'a> {
    /// The named tenants, or all registered tenants; in either case from `from` on.
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

    /// Returns the next tenant. A page of the registry costs half a unit for each 4 KB, which are
    /// about 60 tenants.
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

/// Plans the next [`PLAN_PAGE`] tenants of `event` after `after`.
pub(crate) async fn plan(
    table: &Table,
    event: &SweepRequest,
    after: Option<TenantId>,
) -> Result<Plan, Error> {
    let from = after.map_or(Bound::Unbounded, Bound::Excluded);
    let mut tenants = Tenants::new(table, event.tenants.as_deref(), from);
    let mut planned = Vec::new();
    while let Some(tenant) = tenants.next().await? {
        if planned.len() == usize::from(PLAN_PAGE) {
            let after = planned.last().cloned();
            let items = groups(event, &planned, GROUP);
            return Ok(Plan { items, after });
        }
        planned.push(tenant.id);
    }
    Ok(Plan {
        items: groups(event, &planned, GROUP),
        after: None,
    })
}

/// Returns `event` for each `size` of the tenants.
pub(crate) fn groups(event: &SweepRequest, tenants: &[TenantId], size: usize) -> Vec<SweepRequest> {
    let groups = tenants.chunks(size);
    groups
        .map(|group| SweepRequest {
            tenants: Some(group.to_vec()),
            ..event.clone()
        })
        .collect()
}
