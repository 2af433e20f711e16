//! `replace_rule_set`: a rule set's whole content, replaced.
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
use shared::model::id::RuleSetId;
use shared::model::principal::Source;
use shared::model::rule_set::ExpirationRuleSet;
use shared::model::rule_set::RuleSetDraft;
use shared::model::system_input::{check_id, take_version};
use shared::protocol::conditions::{Conditions, check_version};
use shared::protocol::idempotency::body_hash;
use shared::repository::{Contention, Saved};

use crate::handlers::MAX_LEVELS;
use crate::handlers::path::RuleSetPath;
use crate::schema::RuleSetSchema;
use crate::state::State;

const OPERATION: &str = "replace_rule_set";

/// Replaces a rule set. Refused when somebody else changed it: by `If-Match`, by a stale
/// `sys_version` in the body, or by a race that was lost.
#[utoipa::path(
    put,
    path = "/expirationRuleSets/{tenantId}/{id}",
    operation_id = "replace_rule_set",
    tag = "expiration rule sets",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("id" = String, Path, description = "The rule set"),
        ("If-Match" = Option<String>, Header, description = "The version to replace, as `ETag` told it"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters"),
    ),
    request_body = RuleSetSchema,
    responses(
        (status = 200, description = "The stored rule set", body = RuleSetSchema),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn replace_rule_set(
    extract::State(state): extract::State<State>,
    Writer(caller): Writer,
    ApiPath(path): ApiPath<RuleSetPath>,
    Conditional(conditions): Conditional,
    ApiJson(body): ApiJson<MAX_LEVELS>,
) -> Result<Saved<ExpirationRuleSet>, Failure> {
    Ok(replace(&state, &caller, Source::Api, &path.id, &conditions, body).await?)
}

/// Replaces a rule set's content by a body.
pub(crate) async fn replace(
    state: &State,
    caller: &Caller,
    source: Source,
    id: &RuleSetId,
    conditions: &Conditions,
    mut body: Object,
) -> Result<Saved<ExpirationRuleSet>, Error> {
    let hash = || Ok(body_hash(&body));
    let key = conditions.write_key(&caller.tenant, OPERATION, id.as_str(), hash)?;
    let version = take_version(&mut body).map_err(|fault| Error::validation_failed(vec![fault]))?;
    check_id(&mut body, id.as_str()).map_err(|fault| Error::validation_failed(vec![fault]))?;
    let draft = RuleSetDraft::parse(body, caller.is_admin())?;
    let contention = Contention {
        seen_by_client: conditions.seen_by_client().max(version),
        retries: false,
        key: key.as_ref(),
    };
    let draft = &draft;
    let decide = |rule_set: ExpirationRuleSet| async move {
        conditions.check_match(rule_set.system.sys_version)?;
        check_version(version, rule_set.system.sys_version)?;
        rule_set.replaced(draft.clone(), caller.author(source), state.clock.now())
    };
    let rule_sets = state.rule_sets(&caller.tenant);
    rule_sets.replace(id.as_str(), contention, decide).await
}
