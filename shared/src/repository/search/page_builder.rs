//! Builds a page of a search.

use crate::base::error::Error;
use crate::base::json::Object;
use crate::model::search::{CreditSearch, Searchable};
use crate::protocol::cursor::{Position, Progress};
use crate::protocol::page::{Limit, Room};
use crate::protocol::projection::Selection;
use crate::repository::search::SearchRequest;
use crate::repository::search::budget::Budget;
use crate::repository::store::attribute::Item;
use crate::repository::store::item::{attributes, is_tombstone};
use crate::repository::store::item_size::count_values;

/// The bytes after which no further query starts when there is no limit. One DynamoDB page is 1 MB,
/// and may end a little before.
const ENOUGH_BYTES: usize = 512 * 1024;
/// The most items that a query may look at when filters drop most of them.
const MAX_ASK: usize = 10_000;

/// The records found so far, and the budget that is left.
pub(super) struct PageBuilder<'a> {
    pub(super) search: &'a CreditSearch,
    pub(super) selection: &'a Selection,
    pub(super) budget: Budget,
    pub(super) records: Vec<Object>,
    /// The progress of this page: everything up to `after` was looked at.
    pub(super) progress: Progress,
    limit: Option<usize>,
    room: Room,
    rounds: u32,
}

impl<'a> PageBuilder<'a> {
    pub(super) fn new(search: &'a CreditSearch, request: &'a SearchRequest) -> Self {
        Self {
            search,
            selection: &request.selection,
            budget: Budget::full(),
            records: Vec::new(),
            progress: request.progress.clone(),
            limit: request.limit.map(Limit::get),
            room: Room::empty(),
            rounds: 0,
        }
    }

    /// Returns whether this place comes after everything that was looked at.
    pub(super) fn is_ahead(&self, place: &Position) -> bool {
        self.progress
            .after
            .as_ref()
            .is_none_or(|after| after < place)
    }

    /// Returns how many items to look at next: first as many as records are missing. When that is
    /// not enough, four times as many each time. `unlimited` is for requests without a limit.
    pub(super) fn ask(&mut self, unlimited: Option<usize>) -> Option<usize> {
        let limit = self
            .limit
            .map(|limit| limit - self.records.len().min(limit));
        let factor = 4_usize.saturating_pow(self.rounds);
        self.rounds += 1;
        let ask = limit.or(unlimited)?.saturating_mul(factor);
        Some(ask.clamp(1, MAX_ASK))
    }

    /// Adds a stored credit if it matches. Returns false when the credit no longer fits, and the
    /// page ends before it.
    pub(super) fn try_push(&mut self, at: Position, item: Item) -> Result<bool, Error> {
        if is_tombstone(&item) {
            self.advance_to(at);
            return Ok(true);
        }
        if !self.room.take_values(count_values(&item)) {
            return Ok(false);
        }
        let stored = attributes(item)?;
        let searchable = Searchable::of(&stored).map_err(Error::internal)?;
        if self.search.matches(&searchable) {
            let record = self.selection.pick(stored);
            if self.is_full() || !self.room.take_bytes(&record) {
                return Ok(false);
            }
            self.records.push(record);
        }
        self.advance_to(at);
        Ok(true)
    }

    /// Notes that everything up to this place was looked at.
    pub(super) fn advance_to(&mut self, place: Position) {
        self.progress.after = Some(place);
    }

    /// Returns whether the page needs more records, and the budget affords one.
    pub(super) fn may_read_on(&self) -> bool {
        let wants_more = match self.limit {
            Some(_) => !self.is_full(),
            None => self.budget.spent() < ENOUGH_BYTES,
        };
        wants_more && self.budget.records() > 0
    }

    /// Returns the cursor of a page that ends here.
    pub(super) fn cursor(&self) -> Option<Progress> {
        Some(self.progress.clone())
    }

    /// Returns the cursor of a page that came to the end: of a narrowed search, the place where the
    /// next page begins; of any other, `None`.
    pub(super) fn cursor_at_end(&self) -> Option<Progress> {
        self.progress.until.clone().map(Progress::after)
    }

    /// Returns the cursor of a page that is empty because its budget did not reach every source:
    /// the next call looks only as far as `until`.
    pub(super) fn cursor_narrowed_to(&self, until: Option<Position>) -> Result<Progress, Error> {
        // INVARIANT: a filtered search has few enough sources to look into each. In any other
        // search, some source was read and has items waiting.
        let until =
            until.ok_or_else(|| Error::internal("a search that reads and finds no place"))?;
        Ok(Progress {
            after: self.progress.after.clone(),
            until: Some(until),
        })
    }

    /// Returns whether the page has as many records as were asked for.
    pub(super) fn is_full(&self) -> bool {
        self.limit.is_some_and(|limit| self.records.len() >= limit)
    }
}
