//! `search_credits`: finds the credits that match a search.
//!
//! Contract: `docs/api.md#56-search`.

use shared::base::error::{Error, Violation};
use shared::base::json::Object;
use shared::http::body::OptionalApiJson;
use shared::http::problem::Problem;
use shared::http::query::{ApiQuery, PageQuery};
use shared::http::response::{Json, SearchResponse};
use shared::http::session::Reader;
use shared::model::credit::Credit;
use shared::model::search::SearchBody;
use shared::protocol::cursor::CursorScope;
use shared::repository::SearchRequest;

use crate::handlers::MAX_CREDIT_LEVELS;

const OPERATION: &str = "search_credits";

/// Searches credits. Every given field must match by one of its values. Ranges include both ends. A
/// page may be short, even empty, while there is a `LastEvaluatedKey`.
#[utoipa::path(
    post,
    path = "/credits/{tenantId}/search",
    operation_id = "search_credits",
    tag = "credits",
    params(("tenantId" = String, Path, description = "The tenant"), PageQuery),
    request_body(content = SearchBody, example = json!({
        "contact_id": ["contact-ada", "contact-alan"], "status": ["verified"],
        "quantity_available": [0.25, null], "date": ["2026-01-01", "2026-12-31"],
    })),
    responses(
        (status = 200, description = "A page of credits", body = SearchResponse<Credit>),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn search_credits(
    Reader(session): Reader,
    ApiQuery(query): ApiQuery<PageQuery>,
    OptionalApiJson(body): OptionalApiJson<MAX_CREDIT_LEVELS>,
) -> Result<Json<SearchResponse<Object>>, Error> {
    let body = SearchBody::parse(body)?;
    let scope = CursorScope::new(OPERATION, &[session.tenant().as_str(), &body.search.hash()]);
    let page = query.request_after::<Credit>(None)?;
    let start = start_key(query.start_key(), body.start_key())?;
    let request = SearchRequest {
        selection: page.selection,
        limit: page.limit,
        progress: start
            .map(|key| scope.open(key))
            .transpose()?
            .unwrap_or_default(),
    };
    let found = session.credits().search(&body.search, &request).await?;
    Ok(Json(SearchResponse {
        items: found.records,
        last_evaluated_key: found.next.map(|next| scope.seal(&next)),
    }))
}

// The cursor may come in the query or in the body. If it comes in both, they must be equal.
fn start_key<'a>(
    in_query: Option<&'a str>,
    in_body: Option<&'a str>,
) -> Result<Option<&'a str>, Error> {
    match (in_query, in_body) {
        (Some(one), Some(other)) if one != other => {
            let message = "differs from the one in the query; send one of them";
            Err(Violation::new("/exclusiveStartKey", message).into())
        }
        (one, other) => Ok(one.or(other)),
    }
}
