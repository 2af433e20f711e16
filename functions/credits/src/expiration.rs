//! When a credit expires: what a rule set decides, where the client has not.

use shared::base::error::{ConflictCode, Error};
use shared::lifecycle::expiration::{decided, requested_rule_set, unknown_rule_set};
use shared::model::credit::Credit;
use shared::model::date::CivilDate;
use shared::model::id::{RuleSetId, TenantId};
use shared::runtime::invocation::Invocation;

use crate::state::State;

/// A new credit with its expiration: by its directive, or else by the tenant's default rule set.
pub(crate) async fn settle_new(
    state: &State,
    tenant: &TenantId,
    credit: Credit,
) -> Result<Credit, Error> {
    let is_open =
        credit.details.expiration_date.is_none() && credit.system.client.sys_directive.is_none();
    if !is_open {
        return settle(state, tenant, credit).await;
    }
    let settings = state.table.tenant_settings(tenant).await?;
    match settings.default_rule_set_id {
        Some(id) => decide(state, tenant, credit, &id).await.map_err(of_default),
        None => Ok(credit),
    }
}

/// A credit with the expiration that its directive asks for, if it does.
pub(crate) async fn settle(
    state: &State,
    tenant: &TenantId,
    credit: Credit,
) -> Result<Credit, Error> {
    match requested_rule_set(&credit)? {
        Some(id) => decide(state, tenant, credit, &id).await,
        None => Ok(credit),
    }
}

// Nobody sent a directive, so the refusal of one would mislead.
fn of_default(error: Error) -> Error {
    match error {
        Error::Invalid { .. } | Error::Conflict { .. } => Error::conflict(
            ConflictCode::RuleSetInactive,
            "the tenant's default rule set is gone or not active; set another, or send \
             `expiration_date`",
        ),
        other => other,
    }
}

async fn decide(
    state: &State,
    tenant: &TenantId,
    credit: Credit,
    id: &RuleSetId,
) -> Result<Credit, Error> {
    match state.rule_sets(tenant).find(id.as_str()).await {
        Ok(rule_set) => decided(credit, &rule_set),
        Err(Error::NotFound) => Err(unknown_rule_set()),
        Err(error) => Err(error),
    }
}

/// The date in the tenant's time zone.
pub(crate) async fn today(state: &State, tenant: &TenantId) -> Result<CivilDate, Error> {
    let settings = state.table.tenant_settings(tenant).await?;
    // It is an operator's to mend, who would not hear of a client's 409.
    let zone = settings.zone().inspect_err(|error| {
        tracing::error!(
            request_id = Invocation::current_id(),
            tenant = %tenant,
            code = error.code(),
            detail = %error,
            "today is not known"
        );
    });
    let today = state.clock.today(&zone?);
    today.try_into().map_err(Error::internal)
}
