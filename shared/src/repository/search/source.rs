//! One place to read from in key order: a partition of the table or of an index.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;

use crate::base::error::Error;
use crate::model::search::Searchable;
use crate::protocol::cursor::Position;
use crate::repository::store::attribute::Item;
use crate::repository::store::failure::failure;
use crate::repository::store::item::{DELETED_AT, SK, text};

/// What is read of an item beside the selected fields.
pub(super) const NEEDED: [&str; 13] = {
    let mut needed = [SK; 13];
    let [_, tombstone, searchable @ ..] = &mut needed;
    *tombstone = DELETED_AT;
    *searchable = Searchable::NAMES;
    needed
};

/// A query, and how its keys follow from positions.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) query: QueryFluentBuilder,
    /// The attributes that are the same in every key here.
    pub(super) fixed: Item,
    /// The attribute by which the index is ordered, before the id; none for the table itself.
    pub(super) date: Option<&'static str>,
    /// Where to begin.
    pub(super) start: Option<Position>,
    /// Whether the query drops items.
    pub(super) is_filtered: bool,
    /// The most that one item here weighs.
    pub(super) item_bytes: usize,
}

/// An item and its place in the order.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) at: Position,
    pub(super) item: Item,
}

/// What one query read.
pub(super) struct Read {
    pub(super) candidates: Vec<Candidate>,
    /// Where it stopped, unless it came to the end.
    pub(super) last: Option<Position>,
    pub(super) units: f64,
    /// How many items, those included that the filter dropped.
    pub(super) looked_at: usize,
}

impl Source {
    /// One query, over `limit` items at most.
    pub(super) async fn read(
        &self,
        after: Option<&Position>,
        limit: Option<usize>,
    ) -> Result<Read, Error> {
        let start = after.or(self.start.as_ref());
        let answer = self
            .query
            .clone()
            .set_exclusive_start_key(start.map(|start| self.key(start)))
            .set_limit(limit.and_then(|limit| i32::try_from(limit).ok()))
            .send()
            .await
            .map_err(failure)?;
        let used = answer.consumed_capacity.as_ref();
        let looked_at = usize::try_from(answer.scanned_count).unwrap_or_default();
        let items = answer.items.unwrap_or_default().into_iter();
        let candidates = items.map(|item| self.candidate(item));
        let last = answer.last_evaluated_key.as_ref();
        Ok(Read {
            candidates: candidates.collect::<Result<_, _>>()?,
            last: last.map(|key| self.position(key)).transpose()?,
            units: used
                .and_then(|used| used.capacity_units)
                .unwrap_or_default(),
            looked_at,
        })
    }

    fn candidate(&self, item: Item) -> Result<Candidate, Error> {
        let at = self.position(&item)?;
        Ok(Candidate { at, item })
    }

    fn position(&self, item: &Item) -> Result<Position, Error> {
        let id = text(item, SK).ok_or_else(|| Error::internal("an item without `sk`"))?;
        let date = self.date.and_then(|name| text(item, name));
        Ok(Position {
            id: id.to_owned(),
            date: date.map(str::parse).transpose().map_err(Error::internal)?,
        })
    }

    fn key(&self, position: &Position) -> Item {
        let mut key = self.fixed.clone();
        let id = || AttributeValue::S(position.id.clone());
        key.insert(SK.to_owned(), id());
        if let (Some(name), Some(date)) = (self.date, position.date) {
            key.insert("id".to_owned(), id());
            key.insert(name.to_owned(), AttributeValue::S(date.to_string()));
        }
        key
    }
}
