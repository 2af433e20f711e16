//! `replace_credit`: a credit's whole content, replaced.
//!
//! Contract: `docs/api.md#42-replace`.

use axum::extract;
use shared::base::error::Error;
use shared::base::json::Object;
use shared::http::body::ApiJson;
use shared::http::caller::{Caller, Writer};
use shared::http::header::Conditional;
use shared::http::path::ApiPath;
use shared::http::problem::{Failure, Problem};
use shared::model::credit::Credit;
use shared::model::credit_details::CreditDetails;
use shared::model::credit_input::CreditDraft;
use shared::model::id::CreditId;
use shared::model::principal::Source;
use shared::model::system_input::{check_id, take_version};
use shared::protocol::conditions::{Conditions, check_version};
use shared::protocol::idempotency::body_hash;
use shared::repository::{Contention, Saved};

use crate::expiration::settle;
use crate::handlers::MAX_LEVELS;
use crate::handlers::path::CreditPath;
use crate::state::State;

const OPERATION: &str = "replace_credit";

/// Replaces a credit. Refused when somebody else changed it: by `If-Match`, by a stale
/// `sys_version` in the body, or by a race that was lost.
#[utoipa::path(
    put,
    path = "/credits/{tenantId}/{id}",
    operation_id = "replace_credit",
    tag = "credits",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("id" = String, Path, description = "The credit"),
        ("If-Match" = Option<String>, Header, description = "The version to replace, as `ETag` told it"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters"),
    ),
    request_body = CreditDetails,
    responses(
        (status = 200, description = "The stored credit", body = Credit),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn replace_credit(
    extract::State(state): extract::State<State>,
    Writer(caller): Writer,
    ApiPath(path): ApiPath<CreditPath>,
    Conditional(conditions): Conditional,
    ApiJson(body): ApiJson<MAX_LEVELS>,
) -> Result<Saved<Credit>, Failure> {
    Ok(replace(&state, &caller, Source::Api, &path.id, &conditions, body).await?)
}

/// Replaces a credit's content by a body.
pub(crate) async fn replace(
    state: &State,
    caller: &Caller,
    source: Source,
    id: &CreditId,
    conditions: &Conditions,
    mut body: Object,
) -> Result<Saved<Credit>, Error> {
    let hash = || Ok(body_hash(&body));
    let key = conditions.write_key(&caller.tenant, OPERATION, id.as_str(), hash)?;
    let version = take_version(&mut body).map_err(|fault| Error::validation_failed(vec![fault]))?;
    check_id(&mut body, id.as_str()).map_err(|fault| Error::validation_failed(vec![fault]))?;
    let draft = CreditDraft::parse(body, caller.is_admin())?;
    let contention = Contention {
        seen_by_client: conditions.seen_by_client().max(version),
        retries: false,
        key: key.as_ref(),
    };
    let draft = &draft;
    let decide = |credit: Credit| async move {
        conditions.check_match(credit.system.sys_version)?;
        check_version(version, credit.system.sys_version)?;
        let next = credit.replaced(draft.clone(), caller.author(source), state.clock.now())?;
        settle(state, &caller.tenant, next).await
    };
    let credits = state.credits(&caller.tenant);
    credits.replace(id.as_str(), contention, decide).await
}
