//! `list_credits`: lists all credits of a tenant, page by page.
//!
//! Contract: `docs/api.md#54-list`.

use axum::http::Uri;
use shared::base::error::Error;
use shared::http::problem::Problem;
use shared::http::query::{ApiQuery, PageQuery};
use shared::http::response::ListResponse;
use shared::http::session::Reader;
use shared::model::credit::Credit;
use shared::model::id::CreditId;
use shared::protocol::cursor::CursorScope;

/// Lists credits in the order of their ids. The cursor of the next page is in the headers
/// `X-Last-Evaluated-Key` and `Link`.
#[utoipa::path(
    get,
    path = "/credits/{tenantId}",
    operation_id = "list_credits",
    tag = "credits",
    params(("tenantId" = String, Path, description = "The tenant"), PageQuery),
    responses(
        (status = 200, description = "A page of credits", body = Vec<Credit>),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_credits(
    Reader(session): Reader,
    ApiQuery(query): ApiQuery<PageQuery>,
    uri: Uri,
) -> Result<ListResponse, Error> {
    let scope = CursorScope::new("list_credits", &[session.tenant().as_str()]);
    let request = query.list_request::<Credit, CreditId>(&scope)?;
    let page = session.credits().list(&request).await?;
    Ok(ListResponse::new(page, &scope, uri))
}
