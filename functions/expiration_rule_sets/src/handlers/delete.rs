//! `delete_rule_set`: deletes a rule set. An operator can restore the rule set for 30 days.
//!
//! Contract: `docs/api.md#44-delete`.

use shared::base::error::Error;
use shared::http::header::Conditional;
use shared::http::path::ApiPath;
use shared::http::problem::Problem;
use shared::http::response::DeleteResponse;
use shared::http::session::{Session, Writer};
use shared::model::id::RuleSetId;
use shared::model::system::SystemFields;
use shared::protocol::conditions::Conditions;
use shared::repository::Written;

use crate::handlers::path::RuleSetPath;

const OPERATION: &str = "delete_rule_set";

/// Deletes a rule set and returns its id.
#[utoipa::path(
    delete,
    path = "/expirationRuleSets/{tenantId}/{id}",
    operation_id = "delete_rule_set",
    tag = "expiration rule sets",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("id" = String, Path, description = "The rule set"),
        ("If-Match" = Option<String>, Header, description = "The version to delete, as in `ETag`"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters"),
    ),
    responses(
        (status = 200, description = "The id of the deleted rule set", body = String),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_rule_set(
    Writer(session): Writer,
    ApiPath(path): ApiPath<RuleSetPath>,
    Conditional(conditions): Conditional,
) -> Result<DeleteResponse<RuleSetId>, Error> {
    let deleted = delete(&session, path.id, &conditions).await?;
    Ok(DeleteResponse(deleted))
}

/// Deletes a rule set, unless the record is locked.
pub(crate) async fn delete(
    session: &Session,
    id: RuleSetId,
    conditions: &Conditions,
) -> Result<Written<RuleSetId>, Error> {
    let hash = || Ok(String::new());
    let options = conditions.write_options(session.tenant(), OPERATION, id.as_str(), hash)?;
    let decide = |system: &SystemFields| {
        conditions.check_match(system.sys_version)?;
        system.check_unlocked()
    };
    let deleted = session
        .rule_sets()
        .delete(id.as_str(), &options, &session.deletion(), decide)
        .await?;
    Ok(Written {
        record: id,
        is_replayed: deleted.is_replayed,
    })
}
