//! `delete_rule_set`: a rule set, removed; recoverable by an operator for 30 days.
//!
//! Contract: `docs/api.md#44-delete`.

use axum::extract;
use shared::base::error::Error;
use shared::http::answer::Deleted;
use shared::http::caller::{Caller, Writer};
use shared::http::header::Conditional;
use shared::http::path::ApiPath;
use shared::http::problem::{Failure, Problem};
use shared::model::id::RuleSetId;
use shared::model::system::SystemFields;
use shared::protocol::conditions::Conditions;
use shared::repository::{Contention, Deletion, Saved};

use crate::handlers::path::RuleSetPath;
use crate::state::State;

const OPERATION: &str = "delete_rule_set";

/// Deletes a rule set and answers its id.
#[utoipa::path(
    delete,
    path = "/expirationRuleSets/{tenantId}/{id}",
    operation_id = "delete_rule_set",
    tag = "expiration rule sets",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("id" = String, Path, description = "The rule set"),
        ("If-Match" = Option<String>, Header, description = "The version to delete, as `ETag` told it"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters"),
    ),
    responses(
        (status = 200, description = "The id of the deleted rule set", body = String),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_rule_set(
    extract::State(state): extract::State<State>,
    Writer(caller): Writer,
    ApiPath(path): ApiPath<RuleSetPath>,
    Conditional(conditions): Conditional,
) -> Result<Deleted<RuleSetId>, Failure> {
    let deleted = delete(&state, &caller, &path.id, &conditions).await?;
    Ok(Deleted(Saved {
        record: path.id,
        is_replayed: deleted.is_replayed,
    }))
}

/// Deletes a rule set, unless it is locked.
pub(crate) async fn delete(
    state: &State,
    caller: &Caller,
    id: &RuleSetId,
    conditions: &Conditions,
) -> Result<Saved<()>, Error> {
    let hash = || Ok(String::new());
    let key = conditions.write_key(&caller.tenant, OPERATION, id.as_str(), hash)?;
    let contention = Contention {
        seen_by_client: conditions.seen_by_client(),
        retries: true,
        key: key.as_ref(),
    };
    let decide = |system: &SystemFields| {
        conditions.check_match(system.sys_version)?;
        system.check_unlocked()
    };
    let deletion = Deletion {
        at: state.clock.now(),
        by: caller.principal_id().to_owned(),
    };
    state
        .rule_sets(&caller.tenant)
        .delete(id.as_str(), contention, &deletion, decide)
        .await
}
