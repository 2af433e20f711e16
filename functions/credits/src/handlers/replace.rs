//! `replace_credit`: replaces the whole content of a credit.
//!
//! Contract: `docs/api.md#42-replace`.

use shared::base::error::Error;
use shared::base::json::Object;
use shared::http::body::ApiJson;
use shared::http::header::Conditional;
use shared::http::path::ApiPath;
use shared::http::problem::Problem;
use shared::http::session::{Session, Writer};
use shared::model::credit::Credit;
use shared::model::credit_details::CreditDetails;
use shared::model::credit_input::CreditDraft;
use shared::model::id::CreditId;
use shared::model::system_input::{check_id, take_version};
use shared::protocol::conditions::{Conditions, check_version};
use shared::protocol::idempotency::body_hash;
use shared::repository::Written;

use crate::expiration::with_requested_expiration;
use crate::handlers::MAX_CREDIT_LEVELS;
use crate::handlers::path::CreditPath;

const OPERATION: &str = "replace_credit";

/// Replaces a credit. The request is refused if somebody else changed the credit: `If-Match` or the
/// `sys_version` in the body names an older version, or another write was faster.
#[utoipa::path(
    put,
    path = "/credits/{tenantId}/{id}",
    operation_id = "replace_credit",
    tag = "credits",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("id" = String, Path, description = "The credit"),
        ("If-Match" = Option<String>, Header, description = "The version to replace, as in `ETag`"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters"),
    ),
    request_body = CreditDetails,
    responses(
        (status = 200, description = "The stored credit", body = Credit),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn replace_credit(
    Writer(session): Writer,
    ApiPath(path): ApiPath<CreditPath>,
    Conditional(conditions): Conditional,
    ApiJson(body): ApiJson<MAX_CREDIT_LEVELS>,
) -> Result<Written<Credit>, Error> {
    replace(&session, &path.id, &conditions, body).await
}

/// Replaces the content of a credit by a body.
pub(crate) async fn replace(
    session: &Session,
    id: &CreditId,
    conditions: &Conditions,
    mut body: Object,
) -> Result<Written<Credit>, Error> {
    let hash = || Ok(body_hash(&body));
    let options = conditions.write_options(session.tenant(), OPERATION, id.as_str(), hash)?;
    let version = take_version(&mut body)?;
    check_id(&mut body, id.as_str())?;
    let draft = &CreditDraft::parse(body, session.is_admin())?;
    let decide = |credit: Credit| async move {
        conditions.check_match(credit.system.sys_version)?;
        check_version(version, credit.system.sys_version)?;
        let next = credit.replaced(draft.clone(), session.author(), session.now())?;
        with_requested_expiration(session, next).await
    };
    let options = options.replacing(version);
    session
        .credits()
        .replace(id.as_str(), &options, decide)
        .await
}
