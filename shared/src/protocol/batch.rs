//! Batches: up to 100 operations in one request, each with an outcome of its own.

mod operation;
mod outcome;

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;

use crate::base::error::{Error, Violation};
use crate::protocol::idempotency::MAX_REMEMBERED;
use crate::runtime::deadline::Deadline;

pub use operation::{Entry, MAX_BATCH_OPERATIONS, Operation, parse};
pub use outcome::{BatchResult, Done, Outcome};

use outcome::Miss;

/// The number of operations that run at the same time: enough to hide the store's latency, and so
/// few that one batch does not throttle a table.
const CONCURRENCY: usize = 16;
/// How long before the request's deadline the last operation ends, so that the outcomes can be
/// answered.
const OUTCOMES_MARGIN: Duration = Duration::from_millis(250);

/// Runs every operation by `execute`, in parallel; the operations on one id run in the given order.
/// At the deadline, running operations are cut off, and the others are not attempted.
pub async fn run<F>(
    entries: Vec<Entry>,
    deadline: Deadline,
    execute: impl Fn(usize, Operation) -> F,
) -> BatchResult
where
    F: Future<Output = Result<Done, Error>>,
{
    let deadline = deadline.minus(OUTCOMES_MARGIN);
    let execute = &execute;
    let chains = chains(entries).into_iter().map(|chain| async move {
        let mut outcomes = Vec::with_capacity(chain.len());
        for entry in chain {
            outcomes.push(run_one(entry, deadline, execute).await);
        }
        outcomes
    });
    let outcomes: Vec<Vec<Outcome>> = stream::iter(chains)
        .buffer_unordered(CONCURRENCY)
        .collect()
        .await;
    BatchResult::new(outcomes.into_iter().flatten().collect())
}

/// Refuses the changes of one record after the first [`MAX_REMEMBERED`]: the record could not
/// remember them until the batch is repeated by its `Idempotency-Key`.
pub fn only_repeatable(mut entries: Vec<Entry>) -> Vec<Entry> {
    let mut changes_of: HashMap<String, usize> = HashMap::new();
    for entry in &mut entries {
        let (Ok(operation), Some(id)) = (&entry.operation, &entry.id) else {
            continue;
        };
        if matches!(operation, Operation::Create { .. }) {
            continue;
        }
        let changes = changes_of.entry(id.clone()).or_default();
        *changes += 1;
        if *changes > MAX_REMEMBERED {
            entry.operation = Err(not_repeatable());
        }
    }
    entries
}

fn not_repeatable() -> Error {
    let message = format!(
        "names a record that {MAX_REMEMBERED} operations change already, which is all that an \
         `Idempotency-Key` can make repeatable: send the others in another batch"
    );
    Error::validation_failed(Violation::new("/id", message))
}

// The operations on one id make one chain, in their order; every other operation is a chain itself.
fn chains(entries: Vec<Entry>) -> Vec<Vec<Entry>> {
    let mut chains: Vec<Vec<Entry>> = Vec::new();
    let mut chain_of: HashMap<String, usize> = HashMap::new();
    for entry in entries {
        let known = entry.id.as_ref().and_then(|id| chain_of.get(id)).copied();
        match known.and_then(|index| chains.get_mut(index)) {
            Some(chain) => chain.push(entry),
            None => {
                if let Some(id) = &entry.id {
                    chain_of.insert(id.clone(), chains.len());
                }
                chains.push(vec![entry]);
            }
        }
    }
    chains
}

async fn run_one<F>(
    entry: Entry,
    deadline: Deadline,
    execute: impl Fn(usize, Operation) -> F,
) -> Outcome
where
    F: Future<Output = Result<Done, Error>>,
{
    let Entry {
        position,
        name,
        id,
        operation,
    } = entry;
    let result = match operation {
        Err(error) => Err(Miss::Refused(error)),
        Ok(_) if deadline.is_past() => Err(Miss::NotAttempted),
        Ok(operation) => match deadline.run(execute(position, operation)).await {
            Some(result) => result.map_err(Miss::Refused),
            None => Err(Miss::CutOff),
        },
    };
    Outcome::new(position, name, id, result)
}

#[cfg(test)]
mod tests;
