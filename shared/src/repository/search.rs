//! Searching a tenant's credits: a plan, which says where to read, and then each credit that
//! matches once, in the order of that place.
//!
//! Never a Scan. One call reads at most 4 MB of items, whatever they weigh: nothing is asked for
//! that could be more than what is left of them. So a page may be short, even empty, while there
//! is a cursor.

mod budget;
mod contacts;
mod expiration;
mod fetch;
mod filter;
mod gathering;
mod merge;
mod partition;
pub mod plan;
mod source;
mod stretch;

use crate::base::error::Error;
use crate::base::json::Object;
use crate::model::credit::Credit;
use crate::model::id::CreditId;
use crate::model::search::CreditSearch;
use crate::protocol::cursor::{Position, Progress, foreign_cursor};
use crate::protocol::page::{Limit, MAX_LIMIT};
use crate::protocol::projection::Selection;
use crate::repository::records::collection::Collection;
use gathering::Gathering;
use merge::{Merge, Reached};
use plan::{Plan, plan};

/// Which page of a search, and which fields.
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// The fields to answer.
    pub selection: Selection,
    /// How many records at most; without it, what about 1 MB of items gives.
    pub limit: Option<Limit>,
    /// What the pages before have answered.
    pub progress: Progress,
}

/// A page of a search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The selected fields of each.
    pub records: Vec<Object>,
    /// How far this page came, unless nothing comes after it.
    pub next: Option<Progress>,
}

impl Collection<'_, Credit> {
    /// A page of the credits that are searched for. Each is answered once, also while others are
    /// created, or change in what the order does not depend on.
    ///
    /// # Errors
    /// `invalid-cursor` for progress that no page of this search can have made; those of the store.
    pub async fn search(
        &self,
        search: &CreditSearch,
        request: &SearchRequest,
    ) -> Result<Found, Error> {
        let mut page = Gathering::new(search, request);
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
        Ok(Found {
            records: page.records,
            next,
        })
    }

    // In the order of the ids.
    async fn search_ids(
        &self,
        ids: impl IntoIterator<Item = &CreditId>,
        page: &mut Gathering<'_>,
    ) -> Result<Option<Progress>, Error> {
        let places = ids.into_iter().map(|id| Position {
            id: id.to_string(),
            date: None,
        });
        let places: Vec<_> = places.filter(|place| page.is_ahead(place)).collect();
        let is_through = self.fetch_into(page, &places).await?;
        Ok(if is_through { None } else { page.stop() })
    }
}

/// Fills the page with what comes next in the merged order, until it is full or has read enough.
async fn gather(mut merge: Merge, page: &mut Gathering<'_>) -> Result<Option<Progress>, Error> {
    loop {
        let width = merge.width();
        // A single source needs no limit if the request has none.
        let ask = page.ask((width > 1).then_some(MAX_LIMIT));
        let share = ask.map(|ask| ask.div_ceil(width.max(1)));
        let (candidates, reached) = merge.next(&mut page.budget, share).await?;
        for candidate in candidates {
            if !page.offer(candidate.at, candidate.item)? {
                return Ok(page.stop());
            }
        }
        match reached {
            Reached::End => return Ok(page.end()),
            Reached::Position(place) => page.pass(place),
            Reached::Nowhere => return page.look_less_far(merge.half_way()).map(Some),
        }
        if !page.may_read_on() {
            return Ok(page.stop());
        }
    }
}
