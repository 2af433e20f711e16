//! `list_rule_sets`: all rule sets of a tenant, page by page.
//!
//! Contract: `docs/api.md#54-list`.

use axum::extract;
use axum::http::Uri;
use shared::base::error::Error;
use shared::http::answer::Listed;
use shared::http::caller::Reader;
use shared::http::problem::{Failure, Problem};
use shared::http::query::{ApiQuery, PageQuery};
use shared::model::id::RuleSetId;
use shared::model::rule_set::ExpirationRuleSet;
use shared::protocol::cursor::{CursorScope, Position};

use crate::schema::RuleSetSchema;
use crate::state::State;

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
    extract::State(state): extract::State<State>,
    Reader(caller): Reader,
    ApiQuery(query): ApiQuery<PageQuery>,
    uri: Uri,
) -> Result<Listed, Failure> {
    let scope = CursorScope::new("list_rule_sets", &[caller.tenant.as_str()]);
    let after = query
        .start_key()
        .map(|text| position(&scope, text))
        .transpose()?;
    let request = query.page_request_after::<ExpirationRuleSet>(after)?;
    let page = state.rule_sets(&caller.tenant).list(&request).await?;
    let cursor = page.next.map(|next| scope.seal(&next));
    Ok(Listed {
        records: page.records,
        cursor,
        uri,
    })
}

// A cursor, which holds a `.`, or the plain id of the last rule set seen, which never does.
fn position(scope: &CursorScope, text: &str) -> Result<Position, Error> {
    match text.parse::<RuleSetId>() {
        Ok(id) => Ok(Position {
            id: id.into(),
            date: None,
        }),
        Err(_) => scope.open(text),
    }
}
