//! `get_credit`: one credit.
//!
//! Contract: `docs/api.md#51-one-record`.

use axum::extract;
use shared::http::caller::Reader;
use shared::http::path::ApiPath;
use shared::http::problem::{Failure, Problem};
use shared::http::query::{ApiQuery, GetQuery, flag};
use shared::model::credit::Credit;
use shared::protocol::projection::Selection;
use shared::repository::{Entity, Record};

use crate::handlers::path::CreditPath;
use crate::state::State;

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
    extract::State(state): extract::State<State>,
    Reader(caller): Reader,
    ApiPath(path): ApiPath<CreditPath>,
    ApiQuery(query): ApiQuery<GetQuery>,
) -> Result<Record, Failure> {
    let selection = Selection::parse(query.fields.as_deref().unwrap_or_default(), Credit::FIELDS)?;
    let is_consistent = flag("consistentRead", query.consistent_read.as_deref())?;
    let credits = state.credits(&caller.tenant);
    Ok(credits
        .get(path.id.as_str(), &selection, is_consistent)
        .await?)
}
