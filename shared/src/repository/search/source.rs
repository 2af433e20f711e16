//! A partition of the table or of an index, read in the order of its keys.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;

use crate::base::error::Error;
use crate::model::search::Searchable;
use crate::protocol::cursor::Position;
use crate::repository::store::attribute::{Item, string};
use crate::repository::store::failure::failure;
use crate::repository::store::item::{DELETED_AT, SK, text};

/// The attributes that are read beside the selected fields.
pub(super) const NEEDED: [&str; 13] = {
    let mut needed = [SK; 13];
    let [_, tombstone, searchable @ ..] = &mut needed;
    *tombstone = DELETED_AT;
    *searchable = Searchable::NAMES;
    needed
};

/// A query, and the parts of its keys.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) query: QueryFluentBuilder,
    /// The attributes that are the same in every key.
    pub(super) fixed: Item,
    /// The attribute by which the index is ordered, before the id; `None` for the table itself.
    pub(super) date: Option<&'static str>,
    /// The position after which to begin.
    pub(super) start: Option<Position>,
    /// True if the query drops items.
    pub(super) is_filtered: bool,
    /// The most bytes of one item.
    pub(super) item_bytes: usize,
}

/// An item, and its position in the order.
#[derive(Clone, Debug)]
pub(super) struct PlacedItem {
    pub(super) at: Position,
    pub(super) item: Item,
}

/// The result of one query.
pub(super) struct QueryResult {
    pub(super) items: Vec<PlacedItem>,
    /// The position where the query stopped; `None` at the end.
    pub(super) last: Option<Position>,
    pub(super) units: f64,
    /// The number of items that the query looked at, including the items that the filter dropped.
    pub(super) looked_at: usize,
}

impl Source {
    /// Sends one query that looks at `limit` items at most.
    pub(super) async fn read(
        &self,
        after: Option<&Position>,
        limit: Option<usize>,
    ) -> Result<QueryResult, Error> {
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
        let items = items.map(|item| self.placed(item));
        let last = answer.last_evaluated_key.as_ref();
        Ok(QueryResult {
            items: items.collect::<Result<_, _>>()?,
            last: last.map(|key| self.position(key)).transpose()?,
            units: used
                .and_then(|used| used.capacity_units)
                .unwrap_or_default(),
            looked_at,
        })
    }

    fn placed(&self, item: Item) -> Result<PlacedItem, Error> {
        let at = self.position(&item)?;
        Ok(PlacedItem { at, item })
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
        let id = || string(&position.id);
        key.insert(SK.to_owned(), id());
        if let (Some(name), Some(date)) = (self.date, position.date) {
            key.insert("id".to_owned(), id());
            key.insert(name.to_owned(), string(date));
        }
        key
    }
}
