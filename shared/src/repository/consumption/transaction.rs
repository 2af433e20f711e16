//! Writes a receipt and the credits that it is about, all or nothing.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::TransactWriteItem;

use crate::base::error::Error;
use crate::lifecycle::allocation::MAX_CREDITS;
use crate::model::consumption::Receipt;
use crate::model::credit::Credit;
use crate::model::id::{ApplicationId, ContactId};
use crate::repository::consumption::versioned::CreditUpdate;
use crate::repository::records::collection::Collection;
use crate::repository::store::attempts::Attempts;
use crate::repository::store::failure::failure;
use crate::repository::store::item_size::item_size;
use crate::repository::store::write_log::WriteId;

/// The most bytes in one transaction.
const MAX_TRANSACTION_BYTES: usize = 4 * 1024 * 1024;

/// DynamoDB's code for a condition that no longer holds.
const REFUSED: [&str; 1] = ["ConditionalCheckFailed"];
/// DynamoDB's code for another transaction on the same items at the same time.
const CONTENDED: [&str; 1] = ["TransactionConflict"];
/// DynamoDB's codes for more than the table, or one of its partitions, takes at the moment.
const BUSY: [&str; 2] = ["ThrottlingError", "ProvisionedThroughputExceeded"];

/// The outcome of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionOutcome {
    /// All of it is written.
    Applied,
    /// Somebody else changed one of the items in between, and nothing is written.
    LostRace,
    /// It is more than one transaction can hold, and nothing is written.
    TooLarge,
}

impl Collection<'_, Credit> {
    /// Writes the updates and the receipt, which must not exist yet: all or nothing.
    ///
    /// # Errors
    /// The errors of the store.
    pub async fn consume(
        &self,
        contact: &ContactId,
        receipt: &Receipt,
        updates: Vec<CreditUpdate>,
    ) -> Result<TransactionOutcome, Error> {
        let put = self.put_receipt(contact, receipt)?;
        self.transact(put, updates).await
    }

    /// Writes the updates and deletes the receipt, which must exist: all or nothing.
    ///
    /// # Errors
    /// The errors of the store.
    pub async fn release(
        &self,
        contact: &ContactId,
        application: &ApplicationId,
        updates: Vec<CreditUpdate>,
    ) -> Result<TransactionOutcome, Error> {
        let delete = self.delete_receipt(contact, application)?;
        self.transact(delete, updates).await
    }

    async fn transact(
        &self,
        receipt: TransactWriteItem,
        updates: Vec<CreditUpdate>,
    ) -> Result<TransactionOutcome, Error> {
        let (write, now) = (WriteId::random(), self.table.clock.now());
        let mut bytes = receipt.put().map_or(0, |put| item_size(put.item()));
        let mut writes = vec![receipt];
        for update in updates {
            let put = update.put(self.table, self.tenant, &write, now)?;
            bytes += item_size(put.item());
            writes.push(TransactWriteItem::builder().put(put).build());
        }
        if bytes > MAX_TRANSACTION_BYTES || writes.len() > MAX_CREDITS + 1 {
            return Ok(TransactionOutcome::TooLarge);
        }
        let request = self.table.client.transact_write_items();
        // With the token, a repeat by the SDK, whose first response was lost, is answered like the
        // first.
        let request = request
            .set_transact_items(Some(writes))
            .client_request_token(write.token());
        let attempts = Attempts::default();
        match attempts.watch(request.send()).await {
            Ok(_) => Ok(TransactionOutcome::Applied),
            Err(error) => outcome_of(error, &attempts),
        }
    }
}

fn outcome_of(
    error: SdkError<TransactWriteItemsError>,
    attempts: &Attempts,
) -> Result<TransactionOutcome, Error> {
    // A refused condition speaks for all attempts of the token: an earlier one was not applied and
    // never will be, since the version that it was decided on is gone.
    if was_cancelled_by(&error, &REFUSED) {
        return Ok(TransactionOutcome::LostRace);
    }
    // Otherwise an earlier attempt that got no clear answer may still be applied.
    if attempts.are_unclear() {
        return Err(attempts.failure(error));
    }
    if was_cancelled_by(&error, &CONTENDED) {
        Ok(TransactionOutcome::LostRace)
    } else if was_cancelled_by(&error, &BUSY) {
        Err(Error::Unavailable(error.into()))
    } else {
        Err(failure(error))
    }
}

fn was_cancelled_by(error: &SdkError<TransactWriteItemsError>, codes: &[&str]) -> bool {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
        error.as_service_error()
    else {
        return false;
    };
    let mut reasons = cancelled
        .cancellation_reasons()
        .iter()
        .filter_map(|reason| reason.code());
    reasons.any(|reason| codes.contains(&reason))
}
