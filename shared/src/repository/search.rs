//! Searches a tenant's credits. A plan says what to read; each matching credit is answered once, in
//! the order of the index or the partition that is read. `docs/decisions/09-search.md` says why.
//!
//! A search never scans the table. One call reads at most 4 MB of items, whatever their sizes: no
//! request asks for more than is left of the 4 MB. So a page may be short, even empty, and still
//! have a cursor.

mod budget;
mod contacts;
mod expiration;
mod fetch;
mod filter;
mod key_range;
mod merge;
mod page_builder;
mod partition;
pub mod plan;
mod source;

use crate::base::error::Error;
use crate::base::json::Object;
use crate::model::credit::Credit;
use crate::model::id::CreditId;
use crate::model::search::CreditSearch;
use crate::protocol::cursor::{Position, Progress, foreign_cursor};
use crate::protocol::page::{Limit, MAX_LIMIT};
use crate::protocol::projection::Selection;
use crate::repository::records::collection::Collection;
use merge::{Merge, Reached};
use page_builder::PageBuilder;
use plan::{Plan, plan};

/// The page and the fields that are asked for.
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// The fields to answer.
    pub selection: Selection,
    /// The most records to answer. Without it, about 1 MB of items is read.
    pub limit: Option<Limit>,
    /// The progress of the pages before.
    pub progress: Progress,
}

/// A page of a search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchPage {
    /// The selected fields of each record.
    pub records: Vec<Object>,
    /// The progress of this page; `None` at the end.
    pub next: Option<Progress>,
}

impl Collection<'_, Credit> {
    /// Reads a page of the credits that match. Each is answered once, also while other credits are
    /// created, and while a credit changes in fields that the order does not depend on.
    ///
    /// # Errors
    /// `invalid-cursor` for progress that no page of this search can have made; and the errors of
    /// the store.
    pub async fn search(
        &self,
        search: &CreditSearch,
        request: &SearchRequest,
    ) -> Result<SearchPage, Error> {
        let mut page = PageBuilder::new(search, request);
        let plan = plan(search);
        if !plan.could_have_come_to(&request.progress, search.date) {
            return Err(foreign_cursor());
        }
        let next = match plan {
            Plan::Nothing => None,
            Plan::Ids(ids) => self.search_ids(ids, &mut page).await?,
            Plan::Contacts(contacts) => self.search_contacts(contacts, &mut page).await?,
            Plan::Expiration(range) => self.search_expiration(range, &mut page).await?,
            Plan::Partition => self.search_partition(&mut page).await?,
        };
        Ok(SearchPage {
            records: page.records,
            next,
        })
    }

    // Reads in the order of the ids.
    async fn search_ids(
        &self,
        ids: impl IntoIterator<Item = &CreditId>,
        page: &mut PageBuilder<'_>,
    ) -> Result<Option<Progress>, Error> {
        let places = ids.into_iter().map(|id| Position {
            id: id.to_string(),
            date: None,
        });
        let places: Vec<_> = places.filter(|place| page.is_ahead(place)).collect();
        let is_through = self.fetch_into(page, &places).await?;
        Ok(if is_through { None } else { page.cursor() })
    }
}

/// Fills the page in the merged order, until the page is full or has read enough.
async fn gather(mut merge: Merge, page: &mut PageBuilder<'_>) -> Result<Option<Progress>, Error> {
    loop {
        let width = merge.width();
        // A single source needs no limit if the request has none.
        let ask = page.ask((width > 1).then_some(MAX_LIMIT));
        let share = ask.map(|ask| ask.div_ceil(width.max(1)));
        let (items, reached) = merge.next(&mut page.budget, share).await?;
        for placed in items {
            if !page.try_push(placed.at, placed.item)? {
                return Ok(page.cursor());
            }
        }
        match reached {
            Reached::End => return Ok(page.cursor_at_end()),
            Reached::Position(place) => page.advance_to(place),
            Reached::Nowhere => return page.cursor_narrowed_to(merge.narrowing_point()).map(Some),
        }
        if !page.may_read_on() {
            return Ok(page.cursor());
        }
    }
}
