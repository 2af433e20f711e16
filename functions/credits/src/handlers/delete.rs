//! `delete_credit`: a credit, removed; recoverable by an operator for 30 days.
//!
//! Contract: `docs/api.md#44-delete`.

use axum::extract;
use shared::base::error::Error;
use shared::http::answer::Deleted;
use shared::http::caller::{Caller, Writer};
use shared::http::header::Conditional;
use shared::http::path::ApiPath;
use shared::http::problem::{Failure, Problem};
use shared::model::id::CreditId;
use shared::model::system::SystemFields;
use shared::protocol::conditions::Conditions;
use shared::repository::{Contention, Deletion, Saved};

use crate::handlers::path::CreditPath;
use crate::state::State;

const OPERATION: &str = "delete_credit";

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
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters"),
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
    Conditional(conditions): Conditional,
) -> Result<Deleted<CreditId>, Failure> {
    let deleted = delete(&state, &caller, &path.id, &conditions).await?;
    Ok(Deleted(Saved {
        record: path.id,
        is_replayed: deleted.is_replayed,
    }))
}

/// Deletes a credit, unless it is locked.
pub(crate) async fn delete(
    state: &State,
    caller: &Caller,
    id: &CreditId,
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
        .credits(&caller.tenant)
        .delete(id.as_str(), contention, &deletion, decide)
        .await
}
