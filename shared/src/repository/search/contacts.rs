//! The credits of some contacts, merged by date and id.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::base::error::Error;
use crate::model::credit::Credit;
use crate::model::id::ContactId;
use crate::protocol::cursor::Progress;
use crate::repository::records::collection::Collection;
use crate::repository::search::budget::ITEM_BYTES;
use crate::repository::search::filter::Filter;
use crate::repository::search::gather;
use crate::repository::search::gathering::Gathering;
use crate::repository::search::merge::Merge;
use crate::repository::search::source::{NEEDED, Source};
use crate::repository::search::stretch::{Stretch, stretches};
use crate::repository::store::attribute::Item;
use crate::repository::store::entity::Entity;
use crate::repository::store::item::{PK, TENANT_ID, partition};

/// How many contacts one call can always look into: three times 1 MB, and an item of the fourth.
/// With more, a call may have to tell the next one how far to look; for that it has to know where
/// items are, and DynamoDB does not tell of those that its filter drops.
pub(super) const MAX_FILTERED: usize = 4;

impl Collection<'_, Credit> {
    pub(super) async fn search_contacts(
        &self,
        contacts: &BTreeSet<ContactId>,
        page: &mut Gathering<'_>,
    ) -> Result<Option<Progress>, Error> {
        let filter = if contacts.len() <= MAX_FILTERED {
            Filter::of(page.search)
        } else {
            Filter::default()
        };
        let stretches = stretches(page.search.date, &page.progress);
        let sources = contacts.iter().flat_map(|contact| {
            let source = |stretch| self.contact_source(contact, stretch, &filter, page);
            stretches.iter().map(source)
        });
        gather(Merge::new(sources.collect::<Vec<_>>()), page).await
    }

    fn contact_source(
        &self,
        contact: &ContactId,
        stretch: &Stretch,
        filter: &Filter,
        page: &Gathering<'_>,
    ) -> Source {
        let tenant = AttributeValue::S(self.tenant.to_string());
        let contact = AttributeValue::S(contact.to_string());
        let query = self
            .query(page.selection, &NEEDED)
            .index_name("by_contact")
            .expression_attribute_values(":tenant", tenant.clone())
            .expression_attribute_values(":contact", contact.clone());
        let key = "tenant_id = :tenant AND contact_id = :contact";
        let query = stretch.condition(query, key, "date");
        let pk = AttributeValue::S(partition(self.tenant, Credit::KIND));
        Source {
            query: filter.add_to(query),
            fixed: Item::from([
                (PK.to_owned(), pk),
                (TENANT_ID.to_owned(), tenant),
                ("contact_id".to_owned(), contact),
            ]),
            date: Some("date"),
            start: stretch.start.clone(),
            is_filtered: !filter.is_empty(),
            item_bytes: ITEM_BYTES,
        }
    }
}
