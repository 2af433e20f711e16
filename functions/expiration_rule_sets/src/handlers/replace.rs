//! `replace_rule_set`: replaces the whole content of a rule set.
//!
//! Contract: `docs/api.md#42-replace`.

use shared::base::error::Error;
use shared::base::json::Object;
use shared::http::body::ApiJson;
use shared::http::header::Conditional;
use shared::http::path::ApiPath;
use shared::http::problem::Problem;
use shared::http::session::{Session, Writer};
use shared::model::id::RuleSetId;
use shared::model::rule_set::ExpirationRuleSet;
use shared::model::rule_set::RuleSetDraft;
use shared::model::system_input::{check_id, take_version};
use shared::protocol::conditions::{Conditions, check_version};
use shared::protocol::idempotency::body_hash;
use shared::repository::Written;

use crate::handlers::MAX_RULE_SET_LEVELS;
use crate::handlers::path::RuleSetPath;
use crate::schema::RuleSetSchema;

const OPERATION: &str = "replace_rule_set";

/// Replaces a rule set. The request is refused if somebody else changed the rule set: `If-Match` or
/// the `sys_version` in the body names an older version, or another write was faster.
#[utoipa::path(
    put,
    path = "/expirationRuleSets/{tenantId}/{id}",
    operation_id = "replace_rule_set",
    tag = "expiration rule sets",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("id" = String, Path, description = "The rule set"),
        ("If-Match" = Option<String>, Header, description = "The version to replace, as in `ETag`"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters"),
    ),
    request_body = RuleSetSchema,
    responses(
        (status = 200, description = "The stored rule set", body = RuleSetSchema),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn replace_rule_set(
    Writer(session): Writer,
    ApiPath(path): ApiPath<RuleSetPath>,
    Conditional(conditions): Conditional,
    ApiJson(body): ApiJson<MAX_RULE_SET_LEVELS>,
) -> Result<Written<ExpirationRuleSet>, Error> {
    replace(&session, &path.id, &conditions, body).await
}

/// Replaces the content of a rule set by a body.
pub(crate) async fn replace(
    session: &Session,
    id: &RuleSetId,
    conditions: &Conditions,
    mut body: Object,
) -> Result<Written<ExpirationRuleSet>, Error> {
    let hash = || Ok(body_hash(&body));
    let options = conditions.write_options(session.tenant(), OPERATION, id.as_str(), hash)?;
    let version = take_version(&mut body)?;
    check_id(&mut body, id.as_str())?;
    let draft = &RuleSetDraft::parse(body, session.is_admin())?;
    let decide = |rule_set: ExpirationRuleSet| async move {
        conditions.check_match(rule_set.system.sys_version)?;
        check_version(version, rule_set.system.sys_version)?;
        rule_set.replaced(draft.clone(), session.author(), session.now())
    };
    let options = options.replacing(version);
    session
        .rule_sets()
        .replace(id.as_str(), &options, decide)
        .await
}
