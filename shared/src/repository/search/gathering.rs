//! A page of a search while it is being filled.

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

/// Without a limit, no further query starts once this much was read: one DynamoDB page is 1 MB,
/// and what stops a query there is a little less.
const ENOUGH_BYTES: usize = 512 * 1024;
/// How much more a query may look at than records are missing, when filters drop most.
const MAX_ASK: usize = 10_000;

/// What was found so far, and what may still be read.
pub(super) struct Gathering<'a> {
    pub(super) search: &'a CreditSearch,
    pub(super) selection: &'a Selection,
    pub(super) budget: Budget,
    pub(super) records: Vec<Object>,
    /// Everything up to `after` was looked at.
    pub(super) progress: Progress,
    limit: Option<usize>,
    room: Room,
    rounds: u32,
}

impl<'a> Gathering<'a> {
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

    /// Whether the pages before have not come to this place.
    pub(super) fn is_ahead(&self, place: &Position) -> bool {
        self.progress
            .after
            .as_ref()
            .is_none_or(|after| after < place)
    }

    /// How many items to look at next: first as many as records are missing; when that is not
    /// enough, four times as many each time. `unlimited` is for requests without a limit.
    pub(super) fn ask(&mut self, unlimited: Option<usize>) -> Option<usize> {
        let limit = self
            .limit
            .map(|limit| limit - self.records.len().min(limit));
        let factor = 4_usize.saturating_pow(self.rounds);
        self.rounds += 1;
        let ask = limit.or(unlimited)?.saturating_mul(factor);
        Some(ask.clamp(1, MAX_ASK))
    }

    /// Takes a stored credit if it matches; false when it no longer fits, and the page ends before
    /// it.
    pub(super) fn offer(&mut self, at: Position, item: Item) -> Result<bool, Error> {
        if is_tombstone(&item) {
            self.pass(at);
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
        self.pass(at);
        Ok(true)
    }

    /// Notes that everything up to this place was looked at.
    pub(super) fn pass(&mut self, place: Position) {
        self.progress.after = Some(place);
    }

    pub(super) fn may_read_on(&self) -> bool {
        let wants_more = match self.limit {
            Some(_) => !self.is_full(),
            None => self.budget.spent() < ENOUGH_BYTES,
        };
        wants_more && self.budget.records() > 0
    }

    /// The cursor of a page that ends here.
    pub(super) fn stop(&self) -> Option<Progress> {
        Some(self.progress.clone())
    }

    /// The cursor of a page that came to the end of what it looked at.
    pub(super) fn end(&self) -> Option<Progress> {
        self.progress.until.clone().map(Progress::after)
    }

    /// The cursor of a page that found nothing out, since too much lies in front of it.
    pub(super) fn look_less_far(&self, until: Option<Position>) -> Result<Progress, Error> {
        // INVARIANT: where something is filtered, every source can be looked into; and elsewhere what
        // was read is waiting, or was nothing.
        let until =
            until.ok_or_else(|| Error::internal("a search that reads and finds no place"))?;
        Ok(Progress {
            after: self.progress.after.clone(),
            until: Some(until),
        })
    }

    pub(super) fn is_full(&self) -> bool {
        self.limit.is_some_and(|limit| self.records.len() >= limit)
    }
}
