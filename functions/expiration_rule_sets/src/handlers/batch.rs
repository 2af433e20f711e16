//! `batch_rule_sets`: up to 100 operations in one request.
//!
//! Contract: `docs/api.md#6-batch`.

use axum::extract;
use shared::base::error::Error;
use shared::http::answer::Json;
use shared::http::body::BatchBody;
use shared::http::caller::{Caller, Writer};
use shared::http::deadline::TimeLeft;
use shared::http::header::Idempotency;
use shared::http::problem::{Failure, Problem};
use shared::model::id::RuleSetId;
use shared::model::principal::Source;
use shared::model::rule_set::ExpirationRuleSet;
use shared::protocol::batch::{self, BatchResult, Done, Operation};
use shared::protocol::conditions::Conditions;
use shared::repository::representation;

use crate::handlers::{MAX_LEVELS, create, delete, patch, replace};
use crate::state::State;

/// Creates, updates, patches and deletes up to 100 rule sets. Each operation has an outcome of its
/// own; those on one id run in the order given, all others in parallel. With an `Idempotency-Key`
/// a repeated batch makes no rule set twice.
#[utoipa::path(
    post,
    path = "/expirationRuleSets/{tenantId}/batch",
    operation_id = "batch_rule_sets",
    tag = "expiration rule sets",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters"),
    ),
    request_body(content = Object, example = json!({"operations": [
        {"operation": "patch", "id": "3f0c9a52-8f3e-4f0b-9d0a-5b7c2f1e6a40",
         "patch_directives": [{"op": "add", "path": "/is_active", "value": false}]},
        {"operation": "delete", "id": "9b1f6d54-0c7b-4a53-9f0e-2f6a8f4f1c11"},
    ]})),
    responses(
        (status = 200, description = "The outcome of each operation, in their order", body = BatchResult),
        (status = "4XX", description = "Refused as a whole", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn batch_rule_sets(
    extract::State(state): extract::State<State>,
    Writer(caller): Writer,
    TimeLeft(deadline): TimeLeft,
    Idempotency(key): Idempotency,
    BatchBody(items): BatchBody<MAX_LEVELS>,
) -> Result<Json<BatchResult>, Failure> {
    let items = match key {
        Some(_) => batch::only_repeatable(items),
        None => items,
    };
    let execute = async |position, operation| {
        let conditions = Conditions {
            if_match: None,
            key: key.as_ref().map(|key| key.at(position)),
        };
        execute(&state, &caller, &conditions, operation).await
    };
    Ok(Json(batch::run(items, deadline, execute).await))
}

/// One operation, by the very function of its own route.
async fn execute(
    state: &State,
    caller: &Caller,
    conditions: &Conditions,
    operation: Operation,
) -> Result<Done, Error> {
    let source = Source::Batch;
    match operation {
        Operation::Create { object } => stored(
            &create::create(state, caller, source, conditions.key.as_ref(), object)
                .await?
                .record,
        ),
        Operation::Update { id, object } => {
            let id = rule_set_id(id)?;
            stored(
                &replace::replace(state, caller, source, &id, conditions, object)
                    .await?
                    .record,
            )
        }
        Operation::Patch { id, patch } => {
            patch.check_budget()?;
            let id = rule_set_id(id)?;
            stored(
                &patch::apply(state, caller, source, &id, conditions, &patch)
                    .await?
                    .record,
            )
        }
        Operation::Delete { id } => {
            let id = rule_set_id(id)?;
            delete::delete(state, caller, &id, conditions).await?;
            Ok(Done {
                id: id.into(),
                record: None,
            })
        }
    }
}

fn rule_set_id(id: String) -> Result<RuleSetId, Error> {
    RuleSetId::try_from(id).map_err(|error| Error::invalid_request(format!("`id` {error}")))
}

fn stored(rule_set: &ExpirationRuleSet) -> Result<Done, Error> {
    Ok(Done {
        id: rule_set.id.to_string(),
        record: Some(representation(rule_set)?),
    })
}
