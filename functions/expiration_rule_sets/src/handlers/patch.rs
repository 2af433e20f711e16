//! `patch_rule_set`: a rule set, changed by a JSON Patch.
//!
//! Contract: `docs/api.md#43-patch`.

use axum::extract;
use shared::base::error::Error;
use shared::http::body::ApiPatch;
use shared::http::caller::{Caller, Writer};
use shared::http::header::Conditional;
use shared::http::path::ApiPath;
use shared::http::problem::{Failure, Problem};
use shared::model::id::RuleSetId;
use shared::model::principal::Source;
use shared::model::rule_set::ExpirationRuleSet;
use shared::model::rule_set::RuleSetDraft;
use shared::protocol::conditions::Conditions;
use shared::protocol::patch::Patch;
use shared::repository::{Contention, Saved, representation};

use crate::handlers::MAX_LEVELS;
use crate::handlers::path::RuleSetPath;
use crate::schema::RuleSetSchema;
use crate::state::State;

const OPERATION: &str = "patch_rule_set";

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
    extract::State(state): extract::State<State>,
    Writer(caller): Writer,
    ApiPath(path): ApiPath<RuleSetPath>,
    Conditional(conditions): Conditional,
    ApiPatch(patch): ApiPatch<MAX_LEVELS>,
) -> Result<Saved<ExpirationRuleSet>, Failure> {
    Ok(apply(&state, &caller, Source::Api, &path.id, &conditions, &patch).await?)
}

/// Applies a patch to a rule set, again on what others wrote when they come first.
pub(crate) async fn apply(
    state: &State,
    caller: &Caller,
    source: Source,
    id: &RuleSetId,
    conditions: &Conditions,
    patch: &Patch,
) -> Result<Saved<ExpirationRuleSet>, Error> {
    let key = conditions.write_key(&caller.tenant, OPERATION, id.as_str(), || patch.sha256())?;
    let contention = Contention {
        seen_by_client: conditions.seen_by_client(),
        retries: true,
        key: key.as_ref(),
    };
    let decide = |rule_set: ExpirationRuleSet| async move {
        conditions.check_match(rule_set.system.sys_version)?;
        let patched =
            patch.apply_to_record(representation(&rule_set)?, MAX_LEVELS, caller.is_admin())?;
        let draft = RuleSetDraft::parse(patched, caller.is_admin())?;
        rule_set.replaced(draft, caller.author(source), state.clock.now())
    };
    let rule_sets = state.rule_sets(&caller.tenant);
    rule_sets.replace(id.as_str(), contention, decide).await
}
