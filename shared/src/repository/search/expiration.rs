//! Searches the credits that expire in a range of days, by expiration date and id.

use crate::base::error::Error;
use crate::model::credit::{Credit, ExpirationState};
use crate::model::date::CivilDate;
use crate::model::search::Range;
use crate::protocol::cursor::{Position, Progress};
use crate::protocol::projection::Selection;
use crate::repository::records::collection::Collection;
use crate::repository::records::credit::EXPIRATION_STATE;
use crate::repository::search::budget::ENTRY_BYTES;
use crate::repository::search::key_range::{KeyRange, key_ranges};
use crate::repository::search::merge::{Merge, Reached};
use crate::repository::search::page_builder::PageBuilder;
use crate::repository::search::source::Source;
use crate::repository::store::attribute::{Item, string};
use crate::repository::store::entity::Entity;
use crate::repository::store::item::{PK, TENANT_ID};

/// The states in the order in which each part of the range is read. The sweep moves credits from
/// `pending` to `done`, so a credit that moves in between is seen twice and not missed.
const STATES: [ExpirationState; 2] = [ExpirationState::Pending, ExpirationState::Done];

/// The number of credits to look at without a limit: 1 MB, in the steps of 4 KB in which
/// BatchGetItem bills each record.
const UNLIMITED: usize = 256;

impl Collection<'_, Credit> {
    pub(super) async fn search_expiration(
        &self,
        range: Range<CivilDate>,
        page: &mut PageBuilder<'_>,
    ) -> Result<Option<Progress>, Error> {
        loop {
            let ranges = key_ranges(Some(range), &page.progress);
            let sources = ranges
                .iter()
                .flat_map(|range| STATES.map(|state| self.expiration_source(state, range)));
            let mut merge = Merge::in_turn(sources);
            // Each state may have all of the credits, so each is asked for all of them.
            let ask = page.ask(Some(UNLIMITED));
            let (entries, reached) = merge.next(&mut page.budget, ask).await?;
            let places: Vec<Position> = entries.into_iter().map(|entry| entry.at).collect();
            if !self.fetch_into(page, &places).await? {
                return Ok(page.cursor());
            }
            match reached {
                Reached::End => return Ok(None),
                Reached::Position(place) => page.advance_to(place),
                Reached::Nowhere => return Ok(page.cursor()),
            }
            if !page.may_read_on() {
                return Ok(page.cursor());
            }
        }
    }

    fn expiration_source(&self, state: ExpirationState, range: &KeyRange) -> Source {
        let tenant = string(self.tenant);
        let state = string(state.as_str());
        let query = self
            .query(&Selection::all(Credit::FIELDS), &[])
            .index_name("by_expiration")
            .expression_attribute_values(":tenant", tenant.clone())
            .expression_attribute_values(":state", state.clone());
        let key = "tenant_id = :tenant AND expiration_state = :state";
        Source {
            query: range.condition(query, key, "expiration_date"),
            fixed: Item::from([
                (PK.to_owned(), string(self.partition())),
                (TENANT_ID.to_owned(), tenant),
                (EXPIRATION_STATE.to_owned(), state),
            ]),
            date: Some("expiration_date"),
            start: range.start.clone(),
            is_filtered: false,
            item_bytes: ENTRY_BYTES,
        }
    }
}
