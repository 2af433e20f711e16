//! `delete_credit`: deletes a credit. An operator can restore the credit for 30 days.
//!
//! Contract: `docs/api.md#44-delete`.

use shared::base::error::Error;
use shared::http::header::Conditional;
use shared::http::path::ApiPath;
use shared::http::problem::Problem;
use shared::http::response::DeleteResponse;
use shared::http::session::{Session, Writer};
use shared::model::id::CreditId;
use shared::model::system::SystemFields;
use shared::protocol::conditions::Conditions;
use shared::repository::Written;

use crate::handlers::path::CreditPath;

const OPERATION: &str = "delete_credit";

/// Deletes a credit and returns its id.
#[utoipa::path(
    delete,
    path = "/credits/{tenantId}/{id}",
    operation_id = "delete_credit",
    tag = "credits",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("id" = String, Path, description = "The credit"),
        ("If-Match" = Option<String>, Header, description = "The version to delete, as in `ETag`"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters"),
    ),
    responses(
        (status = 200, description = "The id of the deleted credit", body = String),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_credit(
    Writer(session): Writer,
    ApiPath(path): ApiPath<CreditPath>,
    Conditional(conditions): Conditional,
) -> Result<DeleteResponse<CreditId>, Error> {
    let deleted = delete(&session, path.id, &conditions).await?;
    Ok(DeleteResponse(deleted))
}

/// Deletes a credit, unless the record is locked.
pub(crate) async fn delete(
    session: &Session,
    id: CreditId,
    conditions: &Conditions,
) -> Result<Written<CreditId>, Error> {
    let hash = || Ok(String::new());
    let options = conditions.write_options(session.tenant(), OPERATION, id.as_str(), hash)?;
    let decide = |system: &SystemFields| {
        conditions.check_match(system.sys_version)?;
        system.check_unlocked()
    };
    let deleted = session
        .credits()
        .delete(id.as_str(), &options, &session.deletion(), decide)
        .await?;
    Ok(Written {
        record: id,
        is_replayed: deleted.is_replayed,
    })
}
