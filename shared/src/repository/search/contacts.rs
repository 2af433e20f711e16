//! Searches the credits of some contacts, merged by date and id.

use std::collections::BTreeSet;

use crate::base::error::Error;
use crate::model::credit::Credit;
use crate::model::id::ContactId;
use crate::protocol::cursor::Progress;
use crate::repository::records::collection::Collection;
use crate::repository::search::budget::ITEM_BYTES;
use crate::repository::search::filter::Filter;
use crate::repository::search::gather;
use crate::repository::search::key_range::{KeyRange, key_ranges};
use crate::repository::search::merge::Merge;
use crate::repository::search::page_builder::PageBuilder;
use crate::repository::search::source::{NEEDED, Source};
use crate::repository::store::attribute::{Item, string};
use crate::repository::store::item::{PK, TENANT_ID};

/// The most contacts that one call can always look into: 1 MB of three, and an item of the fourth.
/// With more, a call may have to narrow the range of the next call. For that it must know the
/// positions of items, and DynamoDB does not report the positions of items that its filter drops.
pub(super) const MAX_FILTERED: usize = 4;

impl Collection<'_, Credit> {
    pub(super) async fn search_contacts(
        &self,
        contacts: &BTreeSet<ContactId>,
        page: &mut PageBuilder<'_>,
    ) -> Result<Option<Progress>, Error> {
        let filter = if contacts.len() <= MAX_FILTERED {
            Filter::of(page.search)
        } else {
            Filter::default()
        };
        let ranges = key_ranges(page.search.date, &page.progress);
        let sources = contacts.iter().flat_map(|contact| {
            let source = |range| self.contact_source(contact, range, &filter, page);
            ranges.iter().map(source)
        });
        gather(Merge::new(sources.collect::<Vec<_>>()), page).await
    }

    fn contact_source(
        &self,
        contact: &ContactId,
        range: &KeyRange,
        filter: &Filter,
        page: &PageBuilder<'_>,
    ) -> Source {
        let tenant = string(self.tenant);
        let contact = string(contact);
        let query = self
            .query(page.selection, &NEEDED)
            .index_name("by_contact")
            .expression_attribute_values(":tenant", tenant.clone())
            .expression_attribute_values(":contact", contact.clone());
        let key = "tenant_id = :tenant AND contact_id = :contact";
        let query = range.condition(query, key, "date");
        Source {
            query: filter.add_to(query),
            fixed: Item::from([
                (PK.to_owned(), string(self.partition())),
                (TENANT_ID.to_owned(), tenant),
                ("contact_id".to_owned(), contact),
            ]),
            date: Some("date"),
            start: range.start.clone(),
            is_filtered: !filter.is_empty(),
            item_bytes: ITEM_BYTES,
        }
    }
}
