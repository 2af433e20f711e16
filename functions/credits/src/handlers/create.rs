//! `create_credit`: creates a credit.
//!
//! Contract: `docs/api.md#41-create`.

use shared::base::error::Error;
use shared::base::json::Object;
use shared::http::body::ApiJson;
use shared::http::header::Idempotency;
use shared::http::problem::Problem;
use shared::http::session::{Session, Writer};
use shared::model::credit::Credit;
use shared::model::credit_details::CreditDetails;
use shared::model::credit_input::CreditDraft;
use shared::model::id::CreditId;
use shared::model::system_input::refuse_id;
use shared::protocol::idempotency::{IdempotencyKey, body_hash};
use shared::repository::Written;

use crate::expiration::with_expiration_of_new;
use crate::handlers::MAX_CREDIT_LEVELS;

const OPERATION: &str = "create_credit";

/// Creates a credit. The server gives the credit its id. Send an `Idempotency-Key` to be able to
/// repeat the request without creating a second credit.
#[utoipa::path(
    post,
    path = "/credits/{tenantId}",
    operation_id = "create_credit",
    tag = "credits",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters"),
    ),
    request_body(content = CreditDetails, example = json!({
        "type_id": "ceu", "origin": "certification activity", "activity_id": "webinar-12",
        "contact_id": "contact-ada", "date": "2026-03-14", "quantity": 2.5,
    })),
    responses(
        (status = 200, description = "The stored credit", body = Credit),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_credit(
    Writer(session): Writer,
    Idempotency(key): Idempotency,
    ApiJson(body): ApiJson<MAX_CREDIT_LEVELS>,
) -> Result<Written<Credit>, Error> {
    create(&session, key.as_ref(), body).await
}

/// Creates a credit, or finds the one that the same key has created.
pub(crate) async fn create(
    session: &Session,
    key: Option<&IdempotencyKey>,
    mut body: Object,
) -> Result<Written<Credit>, Error> {
    let hash = key.map(|_| body_hash(&body));
    refuse_id(&mut body)?;
    let draft = CreditDraft::parse(body, session.is_admin())?;
    let id = CreditId::new(session.new_id(OPERATION, key));
    let (author, now) = (session.author(), session.now());
    let credit = Credit::created(id.clone(), draft, author, now);
    let created = match with_expiration_of_new(session, credit).await {
        Ok(credit) => session.credits().create(credit, hash.clone()).await?,
        // A rule set may refuse now what it accepted when the key was first used.
        Err(error) if hash.is_some() => {
            let earlier = session.credits().earlier(id.as_str()).await?;
            earlier.ok_or(error)?
        }
        Err(error) => return Err(error),
    };
    created.written(hash.as_deref())
}
