//! Searches all of a tenant's credits, in the order of their ids.

use crate::base::error::Error;
use crate::model::credit::Credit;
use crate::protocol::cursor::Progress;
use crate::repository::records::collection::Collection;
use crate::repository::search::budget::ITEM_BYTES;
use crate::repository::search::filter::Filter;
use crate::repository::search::gather;
use crate::repository::search::merge::Merge;
use crate::repository::search::page_builder::PageBuilder;
use crate::repository::search::source::{NEEDED, Source};
use crate::repository::store::attribute::{Item, string};
use crate::repository::store::item::PK;

impl Collection<'_, Credit> {
    pub(super) async fn search_partition(
        &self,
        page: &mut PageBuilder<'_>,
    ) -> Result<Option<Progress>, Error> {
        let pk = string(self.partition());
        let query = self
            .query(page.selection, &NEEDED)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", pk.clone());
        let filter = Filter::of_table(page.search);
        let source = Source {
            query: filter.add_to(query),
            fixed: Item::from([(PK.to_owned(), pk)]),
            date: None,
            start: page.progress.after.clone(),
            is_filtered: true,
            item_bytes: ITEM_BYTES,
        };
        gather(Merge::new([source]), page).await
    }
}
