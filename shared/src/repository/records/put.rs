//! Puts an item on condition of what is there.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;

use crate::base::error::Error;
use crate::repository::records::collection::Collection;
use crate::repository::store::attempts::Attempts;
use crate::repository::store::attribute::{Item, number, string};
use crate::repository::store::bookkeeping::Bookkeeping;
use crate::repository::store::entity::Entity;
use crate::repository::store::failure::WriteFailure;
use crate::repository::store::write_log::WriteId;

/// The item that must be under a key for a put to be applied.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expected<'a> {
    /// Nothing at all, not even a tombstone.
    Nothing,
    /// The record of this version.
    Version(u64),
    /// The tombstone of this deletion.
    Tombstone { deleted_at: &'a str },
}

/// The outcome of a conditional put.
pub(crate) enum PutOutcome {
    /// The put is applied, now or by an earlier attempt whose response was lost.
    Applied,
    /// The put is not applied, because the condition does not hold. Contains the item that is there
    /// now, if there is one.
    Refused(Option<Item>),
    /// The condition does not hold, and the item's log does not tell whether an earlier attempt was
    /// applied. Contains the item that is there now, if there is one.
    Unclear(Option<Item>),
    /// The put is not applied: a transaction is at work on the item.
    Contended,
}

impl<E: Entity> Collection<'_, E> {
    /// Puts an item, with the bookkeeping of the item that it was decided on.
    ///
    /// # Errors
    /// `outcome-unknown` when the put may have been applied, and the errors of the store.
    pub(crate) async fn put(
        &self,
        mut item: Item,
        write: &WriteId,
        expected: Expected<'_>,
        bookkeeping: &Bookkeeping,
    ) -> Result<PutOutcome, Error> {
        bookkeeping.carry_over(&mut item, write, self.table.clock.now());
        let request = self.table.client.put_item().table_name(&self.table.name);
        let request = request
            .set_item(Some(item))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let request = expected.condition_on(request);
        let attempts = Attempts::default();
        let sent = attempts.watch(request.send()).await;
        match sent.map_err(WriteFailure::from) {
            Ok(_) => Ok(PutOutcome::Applied),
            Err(WriteFailure::Refused(item)) => {
                Ok(PutOutcome::of_refusal(item, write, bookkeeping, &attempts))
            }
            Err(WriteFailure::Failed(SdkError::ServiceError(refusal)))
                if refusal.err().is_transaction_conflict_exception() && !attempts.are_unclear() =>
            {
                Ok(PutOutcome::Contended)
            }
            Err(WriteFailure::Failed(error)) => Err(attempts.failure(error)),
        }
    }
}

impl Expected<'_> {
    fn condition_on(self, request: PutItemFluentBuilder) -> PutItemFluentBuilder {
        match self {
            Self::Nothing => request.condition_expression("attribute_not_exists(pk)"),
            Self::Version(version) => request
                .condition_expression("sys_version = :seen")
                .expression_attribute_values(":seen", number(version)),
            Self::Tombstone { deleted_at } => request
                .condition_expression("deleted_at = :seen")
                .expression_attribute_values(":seen", string(deleted_at)),
        }
    }
}

impl PutOutcome {
    // The item in the way tells whether an earlier attempt was applied: see `write_log`. An attempt
    // that arrives after this refusal is refused too, because its condition no longer holds.
    fn of_refusal(
        item: Option<Item>,
        write: &WriteId,
        bookkeeping: &Bookkeeping,
        attempts: &Attempts,
    ) -> Self {
        match item {
            Some(item) if write.is_in(&item) => Self::Applied,
            Some(item) if attempts.are_unclear() && !bookkeeping.is_reached_by(&item) => {
                Self::Unclear(Some(item))
            }
            None if attempts.are_unclear() => Self::Unclear(None),
            other => Self::Refused(other),
        }
    }
}

/// The failure of a write under a key that has no record, and on which a transaction is at work.
pub(crate) fn contended() -> Error {
    Error::Unavailable("a transaction on a key without a record".into())
}

/// The failure of a write that may have been applied, when the item's log no longer tells.
pub(crate) fn unclear() -> Error {
    Error::OutcomeUnknown("a lost response, and more writes since than the item's log holds".into())
}
