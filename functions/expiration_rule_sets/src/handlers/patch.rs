//! `patch_rule_set`: changes a rule set by a JSON Patch.
//!
//! Contract: `docs/api.md#43-patch`.

use shared::base::error::Error;
use shared::base::json;
use shared::http::body::ApiPatch;
use shared::http::header::Conditional;
use shared::http::path::ApiPath;
use shared::http::problem::Problem;
use shared::http::session::{Session, Writer};
use shared::model::id::RuleSetId;
use shared::model::rule_set::ExpirationRuleSet;
use shared::model::rule_set::RuleSetDraft;
use shared::protocol::conditions::Conditions;
use shared::protocol::patch::Patch;
use shared::repository::Written;

use crate::handlers::MAX_RULE_SET_LEVELS;
use crate::handlers::path::RuleSetPath;
use crate::schema::RuleSetSchema;

const OPERATION: &str = "patch_rule_set";

/// Patches a rule set (RFC 6902). The operations apply to the whole record as a read returns it,
/// all of them or none.
#[utoipa::path(
    patch,
    path = "/expirationRuleSets/{tenantId}/{id}",
    operation_id = "patch_rule_set",
    tag = "expiration rule sets",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("id" = String, Path, description = "The rule set"),
        ("If-Match" = Option<String>, Header, description = "The version to patch, as in `ETag`"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters"),
    ),
    request_body(content = Vec<Object>, content_type = "application/json-patch+json", example = json!([
        {"op": "replace", "path": "/default_expiration_options/grace_period", "value": 60},
    ])),
    responses(
        (status = 200, description = "The stored rule set", body = RuleSetSchema),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn patch_rule_set(
    Writer(session): Writer,
    ApiPath(path): ApiPath<RuleSetPath>,
    Conditional(conditions): Conditional,
    ApiPatch(directives): ApiPatch<MAX_RULE_SET_LEVELS>,
) -> Result<Written<ExpirationRuleSet>, Error> {
    patch(&session, &path.id, &conditions, &directives).await
}

/// Applies a patch to a rule set, and again to what others wrote if they were faster.
pub(crate) async fn patch(
    session: &Session,
    id: &RuleSetId,
    conditions: &Conditions,
    directives: &Patch,
) -> Result<Written<ExpirationRuleSet>, Error> {
    let hash = || directives.sha256();
    let options = conditions.write_options(session.tenant(), OPERATION, id.as_str(), hash)?;
    let decide = |rule_set: ExpirationRuleSet| async move {
        conditions.check_match(rule_set.system.sys_version)?;
        let record = json::object(&rule_set)?;
        let patched =
            directives.apply_to_record(record, MAX_RULE_SET_LEVELS, session.is_admin())?;
        let draft = RuleSetDraft::parse(patched, session.is_admin())?;
        rule_set.replaced(draft, session.author(), session.now())
    };
    session
        .rule_sets()
        .replace(id.as_str(), &options, decide)
        .await
}
