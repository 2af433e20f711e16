//! C6: a credit, removed; recoverable by an operator for 30 days.

use axum::extract;
use shared::error::Error;
use shared::http::answer::Json;
use shared::http::caller::{Caller, Writer};
use shared::http::header::Precondition;
use shared::http::path::ApiPath;
use shared::http::problem::{Failure, Problem};
use shared::model::id::CreditId;
use shared::model::system::SystemFields;
use shared::precondition::{IfMatch, check_match};
use shared::repository::{Contention, Deletion};

use crate::handlers::path::CreditPath;
use crate::state::State;

/// Deletes a credit and answers its id.
#[utoipa::path(
    delete,
    path = "/credits/{tenantId}/{id}",
    operation_id = "delete_credit",
    tag = "credits",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("id" = String, Path, description = "The credit"),
        ("If-Match" = Option<String>, Header, description = "The version to delete, as `ETag` told it"),
    ),
    responses(
        (status = 200, description = "The id of the deleted credit", body = String),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_credit(
    extract::State(state): extract::State<State>,
    Writer(caller): Writer,
    ApiPath(path): ApiPath<CreditPath>,
    Precondition(if_match): Precondition,
) -> Result<Json<CreditId>, Failure> {
    delete(&state, &caller, &path.id, if_match.as_ref()).await?;
    Ok(Json(path.id))
}

/// Deletes a credit, unless it is locked.
pub(crate) async fn delete(
    state: &State,
    caller: &Caller,
    id: &CreditId,
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
        .credits(&caller.tenant)
        .delete(id.as_str(), contention, &deletion, decide)
        .await
}
