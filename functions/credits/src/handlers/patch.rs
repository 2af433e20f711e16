//! `patch_credit`: a credit, changed by a JSON Patch.
//!
//! Contract: `docs/api.md#43-patch`.

use axum::extract;
use shared::base::error::Error;
use shared::http::body::ApiPatch;
use shared::http::caller::{Caller, Writer};
use shared::http::header::Conditional;
use shared::http::path::ApiPath;
use shared::http::problem::{Failure, Problem};
use shared::model::credit::Credit;
use shared::model::credit_input::CreditDraft;
use shared::model::id::CreditId;
use shared::model::principal::Source;
use shared::protocol::conditions::Conditions;
use shared::protocol::patch::Patch;
use shared::repository::{Contention, Saved, representation};

use crate::expiration::settle;
use crate::handlers::MAX_LEVELS;
use crate::handlers::path::CreditPath;
use crate::state::State;

const OPERATION: &str = "patch_credit";

/// Patches a credit (RFC 6902): all operations or none, on the whole record as it is answered.
#[utoipa::path(
    patch,
    path = "/credits/{tenantId}/{id}",
    operation_id = "patch_credit",
    tag = "credits",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("id" = String, Path, description = "The credit"),
        ("If-Match" = Option<String>, Header, description = "The version to patch, as `ETag` told it"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters"),
    ),
    request_body(content = Vec<Object>, content_type = "application/json-patch+json", example = json!([
        {"op": "test", "path": "/status", "value": "submitted"},
        {"op": "replace", "path": "/status", "value": "verified"},
    ])),
    responses(
        (status = 200, description = "The stored credit", body = Credit),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn patch_credit(
    extract::State(state): extract::State<State>,
    Writer(caller): Writer,
    ApiPath(path): ApiPath<CreditPath>,
    Conditional(conditions): Conditional,
    ApiPatch(patch): ApiPatch<MAX_LEVELS>,
) -> Result<Saved<Credit>, Failure> {
    Ok(apply(&state, &caller, Source::Api, &path.id, &conditions, &patch).await?)
}

/// Applies a patch to a credit, again on what others wrote when they come first.
pub(crate) async fn apply(
    state: &State,
    caller: &Caller,
    source: Source,
    id: &CreditId,
    conditions: &Conditions,
    patch: &Patch,
) -> Result<Saved<Credit>, Error> {
    let key = conditions.write_key(&caller.tenant, OPERATION, id.as_str(), || patch.sha256())?;
    let contention = Contention {
        seen_by_client: conditions.seen_by_client(),
        retries: true,
        key: key.as_ref(),
    };
    let decide = |credit: Credit| async move {
        conditions.check_match(credit.system.sys_version)?;
        let patched =
            patch.apply_to_record(representation(&credit)?, MAX_LEVELS, caller.is_admin())?;
        let draft = CreditDraft::parse(patched, caller.is_admin())?;
        let next = credit.replaced(draft, caller.author(source), state.clock.now())?;
        settle(state, &caller.tenant, next).await
    };
    let credits = state.credits(&caller.tenant);
    credits.replace(id.as_str(), contention, decide).await
}
