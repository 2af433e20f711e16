//! `create_credit`: a new credit.
//!
//! Contract: `docs/api.md#41-create`.

use axum::extract;
use shared::base::error::{ConflictCode, Error};
use shared::base::json::Object;
use shared::http::body::ApiJson;
use shared::http::caller::{Caller, Writer};
use shared::http::header::Idempotency;
use shared::http::problem::{Failure, Problem};
use shared::model::credit::Credit;
use shared::model::credit_details::CreditDetails;
use shared::model::credit_input::CreditDraft;
use shared::model::id::CreditId;
use shared::model::principal::Source;
use shared::model::system_input::refuse_id;
use shared::protocol::idempotency::{IdempotencyKey, body_hash, key_reused};
use shared::repository::{Created, Saved};

use crate::expiration::settle_new;
use crate::handlers::MAX_LEVELS;
use crate::state::State;

const ROUTE: &str = "create_credit";

/// Creates a credit. The server gives it its id; send an `Idempotency-Key` to be able to repeat
/// the request without making a second credit.
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
    extract::State(state): extract::State<State>,
    Writer(caller): Writer,
    Idempotency(key): Idempotency,
    ApiJson(body): ApiJson<MAX_LEVELS>,
) -> Result<Saved<Credit>, Failure> {
    Ok(create(&state, &caller, Source::Api, key.as_ref(), body).await?)
}

/// Creates a credit, or finds the one that the same key has made.
pub(crate) async fn create(
    state: &State,
    caller: &Caller,
    source: Source,
    key: Option<&IdempotencyKey>,
    mut body: Object,
) -> Result<Saved<Credit>, Error> {
    let hash = key.map(|_| body_hash(&body));
    refuse_id(&mut body)?;
    let draft = CreditDraft::parse(body, caller.is_admin())?;
    let id = key.map_or_else(
        || state.ids.next(),
        |key| key.derive_id(&caller.tenant, ROUTE),
    );
    let id = CreditId::new(id);
    let credit = Credit::created(id.clone(), draft, caller.author(source), state.clock.now());
    let credits = state.credits(&caller.tenant);
    let created = match settle_new(state, &caller.tenant, credit).await {
        Ok(credit) => credits.create(credit, hash.clone()).await?,
        // What a rule set refuses now may have been accepted when the key was first used.
        Err(error) if hash.is_some() => credits.earlier(id.as_str()).await?.ok_or(error)?,
        Err(error) => return Err(error),
    };
    saved(created, hash.as_deref())
}

fn saved(created: Created<Credit>, hash: Option<&str>) -> Result<Saved<Credit>, Error> {
    match created {
        Created::New(credit) => Ok(Saved::now(credit)),
        Created::Existing {
            record,
            idempotency_hash,
        } if idempotency_hash.as_deref() == hash => Ok(Saved {
            record,
            is_replayed: true,
        }),
        Created::Existing { .. } => Err(key_reused()),
        Created::Deleted => Err(Error::conflict(
            ConflictCode::RecordDeleted,
            "the credit that this `Idempotency-Key` made was deleted; use a new key",
        )),
    }
}
