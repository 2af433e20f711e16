//! Finds the credits that an order might take.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use serde::Deserialize;

use crate::base::error::{ConflictCode, Error};
use crate::lifecycle::allocation::{Candidate, Demand};
use crate::model::credit::Credit;
use crate::model::date::CivilDate;
use crate::model::id::{ContactId, CreditId, TypeId};
use crate::model::quantity::Quantity;
use crate::model::status::Status;
use crate::repository::records::collection::Collection;
use crate::repository::store::attribute::{Item, string};
use crate::repository::store::bytes_read::{MAX_BYTES_READ, bytes_read};
use crate::repository::store::failure::failure;
use crate::repository::store::item::attributes;

/// The most bytes of a contact's credits that one order looks through, used up and archived ones
/// included: as many as any other call reads. The index has whole credits.
const MAX_CONTACT_BYTES: usize = MAX_BYTES_READ;

const PROJECTION: &str =
    "id, type_id, #date, expiration_date, quantity_available, #status, sys_locked";

/// The part of a credit that is read from the index.
#[derive(Deserialize)]
struct IndexEntry {
    id: CreditId,
    type_id: TypeId,
    date: CivilDate,
    expiration_date: Option<CivilDate>,
    quantity_available: Quantity,
    status: Option<Status>,
    sys_locked: Option<bool>,
}

impl Collection<'_, Credit> {
    /// Reads all of a contact's credits from the index: all, since the soonest to expire may come
    /// last. The index may be late, so it only says where to look.
    ///
    /// # Errors
    /// `too-many-credits` for a contact with more than [`MAX_CONTACT_BYTES`] of credits, found
    /// within one DynamoDB page of 1 MB more; and the errors of the store.
    pub async fn candidates(&self, demand: Demand<'_>) -> Result<Vec<Candidate>, Error> {
        let query = self.query_contact(demand.contact);
        let (mut candidates, mut bytes, mut start) = (Vec::new(), 0, None);
        loop {
            let ask = query.clone().set_exclusive_start_key(start);
            let page = ask.send().await.map_err(failure)?;
            bytes += bytes_read(&page);
            if bytes > MAX_CONTACT_BYTES {
                return Err(contact_too_large());
            }
            for item in page.items.unwrap_or_default() {
                candidates.push(IndexEntry::read(item)?.candidate(demand));
            }
            match page.last_evaluated_key {
                Some(last) => start = Some(last),
                None => return Ok(candidates),
            }
        }
    }

    fn query_contact(&self, contact: &ContactId) -> QueryFluentBuilder {
        let query = self.table.client.query().table_name(&self.table.name);
        query
            .index_name("by_contact")
            .key_condition_expression("tenant_id = :tenant AND contact_id = :contact")
            .expression_attribute_values(":tenant", string(self.tenant))
            .expression_attribute_values(":contact", string(contact))
            .projection_expression(PROJECTION)
            .expression_attribute_names("#date", "date")
            .expression_attribute_names("#status", "status")
    }
}

impl IndexEntry {
    fn read(item: Item) -> Result<Self, Error> {
        serde_json::from_value(attributes(item)?.into()).map_err(Error::internal)
    }

    fn candidate(self, demand: Demand<'_>) -> Candidate {
        let Demand { order, day, .. } = demand;
        let is_eligible = order.takes(&self.type_id, self.expiration_date, self.status, day);
        Candidate {
            id: self.id,
            date: self.date,
            expiration_date: self.expiration_date,
            available: self.quantity_available,
            is_eligible,
            is_locked: self.sys_locked == Some(true),
        }
    }
}

fn contact_too_large() -> Error {
    let megabytes = MAX_CONTACT_BYTES / (1024 * 1024);
    let detail = format!(
        "the contact has more than {megabytes} MB of credits, which is all that one order looks \
         through; delete those that are no longer needed"
    );
    Error::conflict(ConflictCode::TooManyCredits, detail)
}
