//! `get_rule_set`: reads a rule set.
//!
//! Contract: `docs/api.md#51-one-record`.

use shared::base::error::Error;
use shared::http::path::ApiPath;
use shared::http::problem::Problem;
use shared::http::query::{ApiQuery, GetQuery};
use shared::http::session::Reader;
use shared::model::rule_set::ExpirationRuleSet;
use shared::repository::Record;

use crate::handlers::path::RuleSetPath;
use crate::schema::RuleSetSchema;

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
    Reader(session): Reader,
    ApiPath(path): ApiPath<RuleSetPath>,
    ApiQuery(query): ApiQuery<GetQuery>,
) -> Result<Record, Error> {
    let (selection, is_consistent) = query.parse::<ExpirationRuleSet>()?;
    session
        .rule_sets()
        .get(path.id.as_str(), &selection, is_consistent)
        .await
}
