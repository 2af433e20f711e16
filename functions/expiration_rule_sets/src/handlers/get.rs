//! `get_rule_set`: one rule set.
//!
//! Contract: `docs/api.md#51-one-record`.

use axum::extract;
use shared::http::caller::Reader;
use shared::http::path::ApiPath;
use shared::http::problem::{Failure, Problem};
use shared::http::query::{ApiQuery, GetQuery, flag};
use shared::model::rule_set::ExpirationRuleSet;
use shared::protocol::projection::Selection;
use shared::repository::{Entity, Record};

use crate::handlers::path::RuleSetPath;
use crate::schema::RuleSetSchema;
use crate::state::State;

/// Reads a rule set.
#[utoipa::path(
    get,
    path = "/expirationRuleSets/{tenantId}/{id}",
    operation_id = "get_rule_set",
    tag = "expiration rule sets",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("id" = String, Path, description = "The rule set"),
        GetQuery,
    ),
    responses(
        (status = 200, description = "The rule set, its version as `ETag`", body = RuleSetSchema),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_rule_set(
    extract::State(state): extract::State<State>,
    Reader(caller): Reader,
    ApiPath(path): ApiPath<RuleSetPath>,
    ApiQuery(query): ApiQuery<GetQuery>,
) -> Result<Record, Failure> {
    let selection = Selection::parse(
        query.fields.as_deref().unwrap_or_default(),
        ExpirationRuleSet::FIELDS,
    )?;
    let is_consistent = flag("consistentRead", query.consistent_read.as_deref())?;
    let rule_sets = state.rule_sets(&caller.tenant);
    Ok(rule_sets
        .get(path.id.as_str(), &selection, is_consistent)
        .await?)
}
