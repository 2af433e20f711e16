//! E5: a rule set, changed by a JSON Patch.

use axum::extract;
use shared::error::Error;
use shared::http::answer::Saved;
use shared::http::body::ApiPatch;
use shared::http::caller::{Caller, Writer};
use shared::http::header::Precondition;
use shared::http::path::ApiPath;
use shared::http::problem::{Failure, Problem};
use shared::model::expiration_rule_set::ExpirationRuleSet;
use shared::model::expiration_rule_set::RuleSetDraft;
use shared::model::id::RuleSetId;
use shared::model::principal::Source;
use shared::patch::Patch;
use shared::precondition::{IfMatch, check_match};
use shared::repository::{Contention, representation};

use crate::handlers::MAX_LEVELS;
use crate::handlers::path::RuleSetPath;
use crate::schema::RuleSetSchema;
use crate::state::State;

/// Patches a rule set (RFC 6902): all operations or none, on the whole record as it is answered.
#[utoipa::path(
    patch,
    path = "/expirationRuleSets/{tenantId}/{id}",
    operation_id = "patch_rule_set",
    tag = "expiration rule sets",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("id" = String, Path, description = "The rule set"),
        ("If-Match" = Option<String>, Header, description = "The version to patch, as `ETag` told it"),
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
    extract::State(state): extract::State<State>,
    Writer(caller): Writer,
    ApiPath(path): ApiPath<RuleSetPath>,
    Precondition(if_match): Precondition,
    ApiPatch(patch): ApiPatch<MAX_LEVELS>,
) -> Result<Saved<ExpirationRuleSet>, Failure> {
    Ok(apply(
        &state,
        &caller,
        Source::Api,
        &path.id,
        if_match.as_ref(),
        &patch,
    )
    .await?)
}

/// Applies a patch to a rule set, again on what others wrote when they come first.
pub(crate) async fn apply(
    state: &State,
    caller: &Caller,
    source: Source,
    id: &RuleSetId,
    if_match: Option<&IfMatch>,
    patch: &Patch,
) -> Result<Saved<ExpirationRuleSet>, Error> {
    let contention = Contention {
        seen_by_client: if_match.and_then(IfMatch::newest),
        retries: true,
    };
    let decide = |rule_set: ExpirationRuleSet| async move {
        check_match(if_match, rule_set.system.sys_version)?;
        let patched =
            patch.apply_to_record(representation(&rule_set)?, MAX_LEVELS, caller.is_admin())?;
        let draft = RuleSetDraft::parse(patched, caller.is_admin())?;
        rule_set.replaced(draft, caller.author(source), state.clock.now())
    };
    let rule_sets = state.rule_sets(&caller.tenant);
    rule_sets
        .replace(id.as_str(), contention, decide)
        .await
        .map(Saved::now)
}
