//! Finds the rule set that a credit without a date asks for, and applies its decision.

use shared::base::error::{ConflictCode, Error};
use shared::http::session::Session;
use shared::lifecycle::expiration::{decide_expiration, requested_rule_set, unknown_rule_set};
use shared::model::credit::Credit;
use shared::model::id::RuleSetId;

/// Returns a new credit with its expiration. The rule set of its directive decides, or else the
/// tenant's default rule set.
pub(crate) async fn with_expiration_of_new(
    session: &Session,
    credit: Credit,
) -> Result<Credit, Error> {
    let is_open =
        credit.details.expiration_date.is_none() && credit.system.client.sys_directive.is_none();
    if !is_open {
        return with_requested_expiration(session, credit).await;
    }
    match session.settings().await?.default_rule_set_id {
        Some(id) => apply_rule_set(session, credit, &id)
            .await
            .map_err(of_default),
        None => Ok(credit),
    }
}

/// Returns a credit with the expiration that its directive asks for, if it has a directive.
pub(crate) async fn with_requested_expiration(
    session: &Session,
    credit: Credit,
) -> Result<Credit, Error> {
    match requested_rule_set(&credit)? {
        Some(id) => apply_rule_set(session, credit, &id).await,
        None => Ok(credit),
    }
}

// The client sent no directive, so the refusal of a directive would mislead.
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

async fn apply_rule_set(
    session: &Session,
    credit: Credit,
    id: &RuleSetId,
) -> Result<Credit, Error> {
    match session.rule_sets().find(id.as_str()).await {
        Ok(rule_set) => decide_expiration(credit, &rule_set),
        Err(Error::NotFound) => Err(unknown_rule_set()),
        Err(error) => Err(error),
    }
}
