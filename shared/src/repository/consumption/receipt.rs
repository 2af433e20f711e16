//! The receipt of what an application took: an item that makes consume repeatable.

use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};
use sha2::Digest;

use crate::base::digest::{hex, sha256_of_parts};
use crate::base::error::Error;
use crate::base::json;
use crate::model::consumption::Receipt;
use crate::model::credit::Credit;
use crate::model::id::{ApplicationId, ContactId};
use crate::repository::records::collection::Collection;
use crate::repository::store::attribute::{Item, to_item, to_object};
use crate::repository::store::failure::failure;
use crate::repository::store::item::{key, partition};

/// The second half of `pk` of receipts.
pub(crate) const KIND: &str = "consumptions";

impl Collection<'_, Credit> {
    /// Reads the receipt of an application's consumption, strongly consistent.
    ///
    /// # Errors
    /// The errors of the store.
    pub async fn receipt(
        &self,
        contact: &ContactId,
        application: &ApplicationId,
    ) -> Result<Option<Receipt>, Error> {
        let request = self.table.client.get_item().table_name(&self.table.name);
        let answer = request
            .set_key(Some(self.receipt_key(contact, application)))
            .consistent_read(true)
            .send()
            .await
            .map_err(failure)?;
        answer.item.map(decode).transpose()
    }

    /// Makes the write of a receipt that must not exist yet.
    pub(super) fn put_receipt(
        &self,
        contact: &ContactId,
        receipt: &Receipt,
    ) -> Result<TransactWriteItem, Error> {
        let mut item = self.receipt_key(contact, &receipt.consumption.application_id);
        item.extend(to_item(json::object(receipt)?)?);
        let put = Put::builder()
            .table_name(&self.table.name)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(Error::internal)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Makes the deletion of a receipt that must exist.
    pub(super) fn delete_receipt(
        &self,
        contact: &ContactId,
        application: &ApplicationId,
    ) -> Result<TransactWriteItem, Error> {
        let delete = Delete::builder()
            .table_name(&self.table.name)
            .set_key(Some(self.receipt_key(contact, application)))
            .condition_expression("attribute_exists(pk)")
            .build()
            .map_err(Error::internal)?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }

    // A contact and an application may contain any character, so the key is their hash.
    fn receipt_key(&self, contact: &ContactId, application: &ApplicationId) -> Item {
        let parts = sha256_of_parts([contact.as_str(), application.as_str()]);
        key(partition(self.tenant, KIND), hex(&parts.finalize()))
    }
}

fn decode(item: Item) -> Result<Receipt, Error> {
    serde_json::from_value(to_object(item)?.into()).map_err(Error::internal)
}
