//! `create_rule_set`: a new rule set.
//!
//! Contract: `docs/api.md#41-create`.

use axum::extract;
use shared::base::error::{ConflictCode, Error};
use shared::base::json::Object;
use shared::http::body::ApiJson;
use shared::http::caller::{Caller, Writer};
use shared::http::header::Idempotency;
use shared::http::problem::{Failure, Problem};
use shared::model::id::RuleSetId;
use shared::model::principal::Source;
use shared::model::rule_set::ExpirationRuleSet;
use shared::model::rule_set::RuleSetDraft;
use shared::model::system_input::refuse_id;
use shared::protocol::idempotency::{IdempotencyKey, body_hash, key_reused};
use shared::repository::{Created, Saved};

use crate::handlers::MAX_LEVELS;
use crate::schema::RuleSetSchema;
use crate::state::State;

const ROUTE: &str = "create_rule_set";

/// Creates a rule set. The server gives it its id; send an `Idempotency-Key` to be able to repeat
/// the request without making a second rule set.
#[utoipa::path(
    post,
    path = "/expirationRuleSets/{tenantId}",
    operation_id = "create_rule_set",
    tag = "expiration rule sets",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters"),
    ),
    request_body(content = RuleSetSchema, example = json!({
        "name": "by calendar year",
        "rules": [{
            "name": "webinars last a year",
            "matching_conditions": {"all": [
                {"fact": "origin", "operator": "equal", "value": "certification activity"},
            ]},
            "expiration_options": {
                "expiration_type": "anniversary",
                "anniversary_expiration_options": {"term_length": 1, "term_type": "years"},
            },
        }],
        "default_expiration_options": {
            "expiration_type": "calendar",
            "calendar_expiration_options": {"sell_for_next_year_after": "10-01", "number_of_years": 2},
            "grace_period": 30,
        },
    })),
    responses(
        (status = 200, description = "The stored rule set", body = RuleSetSchema),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_rule_set(
    extract::State(state): extract::State<State>,
    Writer(caller): Writer,
    Idempotency(key): Idempotency,
    ApiJson(body): ApiJson<MAX_LEVELS>,
) -> Result<Saved<ExpirationRuleSet>, Failure> {
    Ok(create(&state, &caller, Source::Api, key.as_ref(), body).await?)
}

/// Creates a rule set, or finds the one that the same key has made.
pub(crate) async fn create(
    state: &State,
    caller: &Caller,
    source: Source,
    key: Option<&IdempotencyKey>,
    mut body: Object,
) -> Result<Saved<ExpirationRuleSet>, Error> {
    let hash = key.map(|_| body_hash(&body));
    refuse_id(&mut body)?;
    let draft = RuleSetDraft::parse(body, caller.is_admin())?;
    let id = key.map_or_else(
        || state.ids.next(),
        |key| key.derive_id(&caller.tenant, ROUTE),
    );
    let author = caller.author(source);
    let rule_set = ExpirationRuleSet::created(RuleSetId::new(id), draft, author, state.clock.now());
    match state
        .rule_sets(&caller.tenant)
        .create(rule_set, hash.clone())
        .await?
    {
        Created::New(rule_set) => Ok(Saved::now(rule_set)),
        Created::Existing {
            record,
            idempotency_hash,
        } if idempotency_hash == hash => Ok(Saved {
            record,
            is_replayed: true,
        }),
        Created::Existing { .. } => Err(key_reused()),
        Created::Deleted => Err(Error::conflict(
            ConflictCode::RecordDeleted,
            "the rule set that this `Idempotency-Key` made was deleted; use a new key",
        )),
    }
}
