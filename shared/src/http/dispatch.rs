//! Dispatches the operations of a batch to the functions of the routes for one record.

use std::fmt::Display;

use crate::base::error::Error;
use crate::base::json::{self, Object};
use crate::protocol::batch::{self, BatchResult, Done, Entry, Operation};
use crate::protocol::conditions::Conditions;
use crate::protocol::idempotency::IdempotencyKey;
use crate::protocol::patch::Patch;
use crate::repository::{Entity, Written};
use crate::runtime::deadline::Deadline;

/// Runs every operation of a batch by `execute`, with a key derived from the key of the batch.
pub async fn run_batch<F>(
    items: Vec<Entry>,
    key: Option<&IdempotencyKey>,
    deadline: Deadline,
    execute: impl Fn(Conditions, Operation) -> F,
) -> BatchResult
where
    F: Future<Output = Result<Done, Error>>,
{
    let execute = &execute;
    let items = match key {
        Some(_) => batch::only_repeatable(items),
        None => items,
    };
    let execute_one = |position: usize, operation: Operation| async move {
        if let Operation::Patch { patch, .. } = &operation {
            patch.check_budget()?;
        }
        let conditions = Conditions {
            if_match: None,
            key: key.map(|key| key.at(position)),
        };
        execute(conditions, operation).await
    };
    batch::run(items, deadline, execute_one).await
}

/// Executes an operation by the functions of the routes for one record: `create`, `replace`,
/// `patch` or `delete`.
///
/// # Errors
/// `invalid-request` for an id that the resource cannot have, and those of the function.
pub async fn dispatch<I, E>(
    operation: Operation,
    create: impl AsyncFnOnce(Object) -> Result<Written<E>, Error>,
    replace: impl AsyncFnOnce(I, Object) -> Result<Written<E>, Error>,
    patch: impl AsyncFnOnce(I, Patch) -> Result<Written<E>, Error>,
    delete: impl AsyncFnOnce(I) -> Result<Written<I>, Error>,
) -> Result<Done, Error>
where
    I: TryFrom<String, Error: Display> + Into<String>,
    E: Entity,
{
    match operation {
        Operation::Create { object } => stored(&create(object).await?),
        Operation::Update { id, object } => stored(&replace(record_id(id)?, object).await?),
        Operation::Patch {
            id,
            patch: directives,
        } => stored(&patch(record_id(id)?, directives).await?),
        Operation::Delete { id } => Ok(Done {
            id: delete(record_id(id)?).await?.record.into(),
            record: None,
        }),
    }
}

fn record_id<I>(id: String) -> Result<I, Error>
where
    I: TryFrom<String, Error: Display>,
{
    I::try_from(id).map_err(|error| Error::invalid_request(format!("`id` {error}")))
}

fn stored<E: Entity>(written: &Written<E>) -> Result<Done, Error> {
    Ok(Done {
        id: written.record.id().to_owned(),
        record: Some(json::object(&written.record)?),
    })
}
