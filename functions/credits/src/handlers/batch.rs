//! `batch_credits`: executes up to 100 operations in one request.
//!
//! Contract: `docs/api.md#6-batch`.

use shared::base::error::Error;
use shared::http::body::BatchBody;
use shared::http::dispatch::{dispatch, run_batch};
use shared::http::header::Idempotency;
use shared::http::problem::Problem;
use shared::http::response::Json;
use shared::http::session::Writer;
use shared::http::timeout::TimeLeft;
use shared::model::principal::Source;
use shared::protocol::batch::BatchResult;
use shared::protocol::conditions::Conditions;

use crate::handlers::MAX_CREDIT_LEVELS;
use crate::handlers::create::create;
use crate::handlers::delete::delete;
use crate::handlers::patch::patch;
use crate::handlers::replace::replace;

/// Creates, updates, patches and deletes up to 100 credits. Each operation has an outcome of its
/// own. Operations on one id run in the order given, all others in parallel. With an
/// `Idempotency-Key`, a repeated batch creates each credit once.
#[utoipa::path(
    post,
    path = "/credits/{tenantId}/batch",
    operation_id = "batch_credits",
    tag = "credits",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters"),
    ),
    request_body(content = Object, example = json!({"operations": [
        {"operation": "create", "object": {
            "type_id": "ceu", "origin": "legacy system", "contact_id": "contact-ada",
            "date": "2026-03-14", "quantity": 1}},
        {"operation": "patch", "id": "3f0c9a52-8f3e-4f0b-9d0a-5b7c2f1e6a40",
         "patch_directives": [{"op": "add", "path": "/status", "value": "verified"}]},
        {"operation": "delete", "id": "9b1f6d54-0c7b-4a53-9f0e-2f6a8f4f1c11"},
    ]})),
    responses(
        (status = 200, description = "The outcome of each operation, in their order", body = BatchResult),
        (status = "4XX", description = "Refused as a whole", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn batch_credits(
    Writer(session): Writer,
    TimeLeft(deadline): TimeLeft,
    Idempotency(key): Idempotency,
    BatchBody(items): BatchBody<MAX_CREDIT_LEVELS>,
) -> Result<Json<BatchResult>, Error> {
    let session = session.with_source(Source::Batch);
    // By the very functions of the routes for one record.
    let execute = async |conditions: Conditions, operation| {
        dispatch(
            operation,
            async |object| create(&session, conditions.key.as_ref(), object).await,
            async |id, object| replace(&session, &id, &conditions, object).await,
            async |id, directives| patch(&session, &id, &conditions, &directives).await,
            async |id| delete(&session, id, &conditions).await,
        )
        .await
    };
    let result = run_batch(items, key.as_ref(), deadline, execute).await;
    Ok(Json(result))
}
