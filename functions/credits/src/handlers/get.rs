//! `get_credit`: reads a credit.
//!
//! Contract: `docs/api.md#51-one-record`.

use shared::base::error::Error;
use shared::http::path::ApiPath;
use shared::http::problem::Problem;
use shared::http::query::{ApiQuery, GetQuery};
use shared::http::session::Reader;
use shared::model::credit::Credit;
use shared::repository::Record;

use crate::handlers::path::CreditPath;

/// Reads a credit.
#[utoipa::path(
    get,
    path = "/credits/{tenantId}/{id}",
    operation_id = "get_credit",
    tag = "credits",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("id" = String, Path, description = "The credit"),
        GetQuery,
    ),
    responses(
        (status = 200, description = "The credit, its version as `ETag`", body = Credit),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_credit(
    Reader(session): Reader,
    ApiPath(path): ApiPath<CreditPath>,
    ApiQuery(query): ApiQuery<GetQuery>,
) -> Result<Record, Error> {
    let (selection, is_consistent) = query.parse::<Credit>()?;
    session
        .credits()
        .get(path.id.as_str(), &selection, is_consistent)
        .await
}
