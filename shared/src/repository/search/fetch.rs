//! Reads credits whose ids are known, by BatchGetItem.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::types::KeysAndAttributes;

use crate::base::error::Error;
use crate::model::credit::Credit;
use crate::protocol::cursor::Position;
use crate::repository::records::collection::Collection;
use crate::repository::search::page_builder::PageBuilder;
use crate::repository::search::source::NEEDED;
use crate::repository::store::attribute::Item;
use crate::repository::store::backoff::wait;
use crate::repository::store::failure::failure;
use crate::repository::store::item::{SK, text};
use crate::repository::store::projection::project;

/// The most requests for keys that DynamoDB leaves unprocessed. The waits add up to 1 s on average.
const MAX_REQUESTS: u32 = 8;

impl Collection<'_, Credit> {
    /// Adds the credits at these places to the page, one after the other. Returns false when the
    /// page ends before the last of them.
    ///
    /// Requests only as many at once as may be read if each has 400 KB. That is also less than the
    /// 16 MB of one answer of BatchGetItem, and than its 100 keys.
    pub(super) async fn fetch_into(
        &self,
        page: &mut PageBuilder<'_>,
        places: &[Position],
    ) -> Result<bool, Error> {
        let mut rest = places;
        while !rest.is_empty() {
            let affordable = page.budget.records().min(rest.len());
            if page.is_full() || affordable == 0 {
                return Ok(false);
            }
            let (now, later) = rest.split_at(affordable);
            let mut found = self.fetch(now, page).await?;
            for place in now {
                let found = found.remove(&place.id);
                let fits = match found.filter(|item| is_still_there(item, place)) {
                    Some(item) => page.try_push(place.clone(), item)?,
                    None => {
                        page.advance_to(place.clone());
                        true
                    }
                };
                if !fits {
                    return Ok(false);
                }
            }
            rest = later;
        }
        Ok(true)
    }

    async fn fetch(
        &self,
        places: &[Position],
        page: &mut PageBuilder<'_>,
    ) -> Result<HashMap<String, Item>, Error> {
        let mut keys = self.keys(places, page)?;
        let mut found = HashMap::new();
        for round in 0..MAX_REQUESTS {
            let request = self.table.client.batch_get_item();
            let answer = request
                .request_items(&self.table.name, keys)
                .send()
                .await
                .map_err(failure)?;
            page.budget.spend(units(&answer));
            let items = answer.responses.into_iter().flat_map(HashMap::into_values);
            let by_id = |item: Item| Some((text(&item, SK)?.to_owned(), item));
            found.extend(items.flatten().filter_map(by_id));
            let left = answer.unprocessed_keys.into_iter().flatten().next();
            match left {
                Some((_, left)) if !left.keys.is_empty() => keys = left,
                Some(_) | None => return Ok(found),
            }
            wait(round).await;
        }
        Err(Error::Unavailable("keys stay unprocessed".into()))
    }

    fn keys(
        &self,
        places: &[Position],
        page: &PageBuilder<'_>,
    ) -> Result<KeysAndAttributes, Error> {
        let (expression, names) = project(page.selection, &NEEDED);
        KeysAndAttributes::builder()
            .set_keys(Some(
                places.iter().map(|place| self.key(&place.id)).collect(),
            ))
            .set_projection_expression(expression)
            .set_expression_attribute_names(names)
            .build()
            .map_err(Error::internal)
    }
}

// An index may still show a credit at its former expiration date. Such an entry is skipped: the
// credit is found at its present date, and must not be answered twice.
fn is_still_there(item: &Item, place: &Position) -> bool {
    place
        .date
        .is_none_or(|date| text(item, "expiration_date") == Some(&date.to_string()))
}

fn units(answer: &BatchGetItemOutput) -> f64 {
    let tables = answer.consumed_capacity().iter();
    tables.filter_map(|table| table.capacity_units).sum()
}
