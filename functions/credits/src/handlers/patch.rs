//! `patch_credit`: changes a credit by a JSON Patch.
//!
//! Contract: `docs/api.md#43-patch`.

use shared::base::error::Error;
use shared::base::json;
use shared::http::body::ApiPatch;
use shared::http::header::Conditional;
use shared::http::path::ApiPath;
use shared::http::problem::Problem;
use shared::http::session::{Session, Writer};
use shared::model::credit::Credit;
use shared::model::credit_input::CreditDraft;
use shared::model::id::CreditId;
use shared::protocol::conditions::Conditions;
use shared::protocol::patch::Patch;
use shared::repository::Written;

use crate::expiration::with_requested_expiration;
use crate::handlers::MAX_CREDIT_LEVELS;
use crate::handlers::path::CreditPath;

const OPERATION: &str = "patch_credit";

/// Patches a credit (RFC 6902). The operations apply to the whole record as a read returns it, all
/// of them or none.
#[utoipa::path(
    patch,
    path = "/credits/{tenantId}/{id}",
    operation_id = "patch_credit",
    tag = "credits",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("id" = String, Path, description = "The credit"),
        ("If-Match" = Option<String>, Header, description = "The version to patch, as in `ETag`"),
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
    Writer(session): Writer,
    ApiPath(path): ApiPath<CreditPath>,
    Conditional(conditions): Conditional,
    ApiPatch(directives): ApiPatch<MAX_CREDIT_LEVELS>,
) -> Result<Written<Credit>, Error> {
    patch(&session, &path.id, &conditions, &directives).await
}

/// Applies a patch to a credit, and again to what others wrote if they were faster.
pub(crate) async fn patch(
    session: &Session,
    id: &CreditId,
    conditions: &Conditions,
    directives: &Patch,
) -> Result<Written<Credit>, Error> {
    let hash = || directives.sha256();
    let options = conditions.write_options(session.tenant(), OPERATION, id.as_str(), hash)?;
    let decide = |credit: Credit| async move {
        conditions.check_match(credit.system.sys_version)?;
        let record = json::object(&credit)?;
        let patched = directives.apply_to_record(record, MAX_CREDIT_LEVELS, session.is_admin())?;
        let draft = CreditDraft::parse(patched, session.is_admin())?;
        let next = credit.replaced(draft, session.author(), session.now())?;
        with_requested_expiration(session, next).await
    };
    session
        .credits()
        .replace(id.as_str(), &options, decide)
        .await
}
