//! E4: a rule set's whole content, replaced.

use axum::extract;
use shared::error::Error;
use shared::http::answer::Saved;
use shared::http::body::ApiJson;
use shared::http::caller::{Caller, Writer};
use shared::http::header::Precondition;
use shared::http::path::ApiPath;
use shared::http::problem::{Failure, Problem};
use shared::json::Object;
use shared::model::expiration_rule_set::ExpirationRuleSet;
use shared::model::expiration_rule_set::RuleSetDraft;
use shared::model::id::RuleSetId;
use shared::model::principal::Source;
use shared::model::system_input::{check_id, take_version};
use shared::precondition::{IfMatch, check_match, check_version};
use shared::repository::Contention;

use crate::handlers::MAX_LEVELS;
use crate::handlers::path::RuleSetPath;
use crate::schema::RuleSetSchema;
use crate::state::State;

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
    Precondition(if_match): Precondition,
    ApiJson(body): ApiJson<MAX_LEVELS>,
) -> Result<Saved<ExpirationRuleSet>, Failure> {
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

/// Replaces a rule set's content by a body.
pub(crate) async fn replace(
    state: &State,
    caller: &Caller,
    source: Source,
    id: &RuleSetId,
    if_match: Option<&IfMatch>,
    mut body: Object,
) -> Result<Saved<ExpirationRuleSet>, Error> {
    let version = take_version(&mut body).map_err(|fault| Error::validation_failed(vec![fault]))?;
    check_id(&mut body, id.as_str()).map_err(|fault| Error::validation_failed(vec![fault]))?;
    let draft = RuleSetDraft::parse(body, caller.is_admin())?;
    let seen_by_client = if_match.and_then(IfMatch::newest).max(version);
    let contention = Contention {
        seen_by_client,
        retries: false,
    };
    let draft = &draft;
    let decide = |rule_set: ExpirationRuleSet| async move {
        check_match(if_match, rule_set.system.sys_version)?;
        check_version(version, rule_set.system.sys_version)?;
        rule_set.replaced(draft.clone(), caller.author(source), state.clock.now())
    };
    let rule_sets = state.rule_sets(&caller.tenant);
    rule_sets
        .replace(id.as_str(), contention, decide)
        .await
        .map(Saved::now)
}
