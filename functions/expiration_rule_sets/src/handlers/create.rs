//! `create_rule_set`: creates a rule set.
//!
//! Contract: `docs/api.md#41-create`.

use shared::base::error::Error;
use shared::base::json::Object;
use shared::http::body::ApiJson;
use shared::http::header::Idempotency;
use shared::http::problem::Problem;
use shared::http::session::{Session, Writer};
use shared::model::id::RuleSetId;
use shared::model::rule_set::ExpirationRuleSet;
use shared::model::rule_set::RuleSetDraft;
use shared::model::system_input::refuse_id;
use shared::protocol::idempotency::{IdempotencyKey, body_hash};
use shared::repository::Written;

use crate::handlers::MAX_RULE_SET_LEVELS;
use crate::schema::RuleSetSchema;

const OPERATION: &str = "create_rule_set";

/// Creates a rule set. The server gives the rule set its id. Send an `Idempotency-Key` to be able
/// to repeat the request without creating a second rule set.
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
    Writer(session): Writer,
    Idempotency(key): Idempotency,
    ApiJson(body): ApiJson<MAX_RULE_SET_LEVELS>,
) -> Result<Written<ExpirationRuleSet>, Error> {
    create(&session, key.as_ref(), body).await
}

/// Creates a rule set, or finds the one that the same key has created.
pub(crate) async fn create(
    session: &Session,
    key: Option<&IdempotencyKey>,
    mut body: Object,
) -> Result<Written<ExpirationRuleSet>, Error> {
    let hash = key.map(|_| body_hash(&body));
    refuse_id(&mut body)?;
    let draft = RuleSetDraft::parse(body, session.is_admin())?;
    let id = RuleSetId::new(session.new_id(OPERATION, key));
    let (author, now) = (session.author(), session.now());
    let rule_set = ExpirationRuleSet::created(id, draft, author, now);
    let created = session.rule_sets().create(rule_set, hash.clone()).await?;
    created.written(hash.as_deref())
}
