//! E6: a rule set, removed; recoverable by an operator for 30 days.

use axum::extract;
use shared::error::Error;
use shared::http::answer::Json;
use shared::http::caller::{Caller, Writer};
use shared::http::header::Precondition;
use shared::http::path::ApiPath;
use shared::http::problem::{Failure, Problem};
use shared::model::id::RuleSetId;
use shared::model::system::SystemFields;
use shared::precondition::{IfMatch, check_match};
use shared::repository::{Contention, Deletion};

use crate::handlers::path::RuleSetPath;
use crate::state::State;

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
    Precondition(if_match): Precondition,
) -> Result<Json<RuleSetId>, Failure> {
    delete(&state, &caller, &path.id, if_match.as_ref()).await?;
    Ok(Json(path.id))
}

/// Deletes a rule set, unless it is locked.
pub(crate) async fn delete(
    state: &State,
    caller: &Caller,
    id: &RuleSetId,
    if_match: Option<&IfMatch>,
) -> Result<(), Error> {
    let contention = Contention {
        seen_by_client: if_match.and_then(IfMatch::newest),
        retries: true,
    };
    let decide = |system: &SystemFields| {
        check_match(if_match, system.sys_version)?;
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
