//! `list_rule_sets`: lists all rule sets of a tenant, page by page.
//!
//! Contract: `docs/api.md#54-list`.

use axum::http::Uri;
use shared::base::error::Error;
use shared::http::problem::Problem;
use shared::http::query::{ApiQuery, PageQuery};
use shared::http::response::ListResponse;
use shared::http::session::Reader;
use shared::model::id::RuleSetId;
use shared::model::rule_set::ExpirationRuleSet;
use shared::protocol::cursor::CursorScope;

use crate::schema::RuleSetSchema;

/// Lists rule sets in the order of their ids. The cursor of the next page is in the headers
/// `X-Last-Evaluated-Key` and `Link`.
#[utoipa::path(
    get,
    path = "/expirationRuleSets/{tenantId}",
    operation_id = "list_rule_sets",
    tag = "expiration rule sets",
    params(("tenantId" = String, Path, description = "The tenant"), PageQuery),
    responses(
        (status = 200, description = "A page of rule sets", body = Vec<RuleSetSchema>),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_rule_sets(
    Reader(session): Reader,
    ApiQuery(query): ApiQuery<PageQuery>,
    uri: Uri,
) -> Result<ListResponse, Error> {
    let scope = CursorScope::new("list_rule_sets", &[session.tenant().as_str()]);
    let request = query.list_request::<ExpirationRuleSet, RuleSetId>(&scope)?;
    let page = session.rule_sets().list(&request).await?;
    Ok(ListResponse::new(page, &scope, uri))
}
