//! `search_credits`: the credits that match a search.
//!
//! Contract: `docs/api.md#56-search`.

use axum::extract;
use shared::base::error::{Error, Violation};
use shared::base::json::Object;
use shared::http::answer::{Json, Searched};
use shared::http::body::OptionalApiJson;
use shared::http::caller::Reader;
use shared::http::problem::{Failure, Problem};
use shared::http::query::{ApiQuery, PageQuery};
use shared::model::credit::Credit;
use shared::model::search::SearchBody;
use shared::protocol::cursor::CursorScope;
use shared::repository::SearchRequest;

use crate::handlers::MAX_LEVELS;
use crate::state::State;

const ROUTE: &str = "search_credits";

/// Searches credits: all fields that are given must match, each by one of its values, and ranges
/// include both ends. A page may be short, even empty, while there is a `LastEvaluatedKey`.
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
        (status = 200, description = "A page of credits", body = Searched<Credit>),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn search_credits(
    extract::State(state): extract::State<State>,
    Reader(caller): Reader,
    ApiQuery(query): ApiQuery<PageQuery>,
    OptionalApiJson(body): OptionalApiJson<MAX_LEVELS>,
) -> Result<Json<Searched<Object>>, Failure> {
    let body = SearchBody::parse(body)?;
    let scope = CursorScope::new(ROUTE, &[caller.tenant.as_str(), &body.search.hash()]);
    let page = query.page_request_after::<Credit>(None)?;
    let start = start_key(query.start_key(), body.start_key())?;
    let request = SearchRequest {
        selection: page.selection,
        limit: page.limit,
        progress: start
            .map(|key| scope.open(key))
            .transpose()?
            .unwrap_or_default(),
    };
    let found = state
        .credits(&caller.tenant)
        .search(&body.search, &request)
        .await?;
    Ok(Json(Searched {
        items: found.records,
        last_evaluated_key: found.next.map(|next| scope.seal(&next)),
    }))
}

// The cursor may come in the query or in the body; two must agree.
fn start_key<'a>(
    in_query: Option<&'a str>,
    in_body: Option<&'a str>,
) -> Result<Option<&'a str>, Error> {
    match (in_query, in_body) {
        (Some(one), Some(other)) if one != other => {
            let message = "differs from the one in the query; send one of them";
            let violation = Violation::new("/exclusiveStartKey", message);
            Err(Error::validation_failed(vec![violation]))
        }
        (one, other) => Ok(one.or(other)),
    }
}
