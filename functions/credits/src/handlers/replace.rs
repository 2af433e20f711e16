//! C4: a credit's whole content, replaced.

use axum::extract;
use shared::error::Error;
use shared::http::answer::Saved;
use shared::http::body::ApiJson;
use shared::http::caller::{Caller, Writer};
use shared::http::header::Precondition;
use shared::http::path::ApiPath;
use shared::http::problem::{Failure, Problem};
use shared::json::Object;
use shared::model::credit::Credit;
use shared::model::credit_input::{CreditDraft, CreditInput};
use shared::model::id::CreditId;
use shared::model::principal::Source;
use shared::model::system_input::{check_id, take_version};
use shared::precondition::{IfMatch, check_match, check_version};
use shared::repository::Contention;

use crate::expiration::settle;
use crate::handlers::MAX_LEVELS;
use crate::handlers::path::CreditPath;
use crate::state::State;

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
    ),
    request_body = CreditInput,
    responses(
        (status = 200, description = "The stored credit", body = Credit),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn replace_credit(
    extract::State(state): extract::State<State>,
    Writer(caller): Writer,
    ApiPath(path): ApiPath<CreditPath>,
    Precondition(if_match): Precondition,
    ApiJson(body): ApiJson<MAX_LEVELS>,
) -> Result<Saved<Credit>, Failure> {
    Ok(replace(
        &state,
        &caller,
        Source::Api,
        &path.id,
        if_match.as_ref(),
        body,
    )
    .await?)
}

/// Replaces a credit's content by a body.
pub(crate) async fn replace(
    state: &State,
    caller: &Caller,
    source: Source,
    id: &CreditId,
    if_match: Option<&IfMatch>,
    mut body: Object,
) -> Result<Saved<Credit>, Error> {
    let version = take_version(&mut body).map_err(|fault| Error::validation_failed(vec![fault]))?;
    check_id(&mut body, id.as_str()).map_err(|fault| Error::validation_failed(vec![fault]))?;
    let draft = CreditDraft::parse(body, caller.is_admin())?;
    let seen_by_client = if_match.and_then(IfMatch::newest).max(version);
    let contention = Contention {
        seen_by_client,
        retries: false,
    };
    let draft = &draft;
    let decide = |credit: Credit| async move {
        check_match(if_match, credit.system.sys_version)?;
        check_version(version, credit.system.sys_version)?;
        let next = credit.replaced(draft.clone(), caller.author(source), state.clock.now())?;
        settle(state, &caller.tenant, next).await
    };
    let credits = state.credits(&caller.tenant);
    credits
        .replace(id.as_str(), contention, decide)
        .await
        .map(Saved::now)
}
