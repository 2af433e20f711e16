//! The credits that expire in a range of days, by expiration date and id.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::base::error::Error;
use crate::model::credit::{Credit, ExpirationState};
use crate::model::date::CivilDate;
use crate::model::search::Range;
use crate::protocol::cursor::{Position, Progress};
use crate::protocol::projection::Selection;
use crate::repository::records::collection::Collection;
use crate::repository::records::credit::EXPIRATION_STATE;
use crate::repository::search::budget::ENTRY_BYTES;
use crate::repository::search::gathering::Gathering;
use crate::repository::search::merge::{Merge, Reached};
use crate::repository::search::source::Source;
use crate::repository::search::stretch::{Stretch, stretches};
use crate::repository::store::attribute::Item;
use crate::repository::store::entity::Entity;
use crate::repository::store::item::{PK, TENANT_ID, partition};

/// The sweep moves credits from `pending` to `done`, so they are read in this order, and both for
/// each part of the range: one that moves in between is seen twice, and not missed.
const STATES: [ExpirationState; 2] = [ExpirationState::Pending, ExpirationState::Done];

/// How many credits to look at without a limit: 1 MB in the steps of 4 KB in which BatchGetItem
/// bills each record.
const UNLIMITED: usize = 256;

impl Collection<'_, Credit> {
    pub(super) async fn search_expiration(
        &self,
        range: Range<CivilDate>,
        page: &mut Gathering<'_>,
    ) -> Result<Option<Progress>, Error> {
        loop {
            let stretches = stretches(Some(range), &page.progress);
            let sources = stretches
                .iter()
                .flat_map(|stretch| STATES.map(|state| self.expiration_source(state, stretch)));
            let mut merge = Merge::in_turn(sources);
            // Each state is asked for all of them: either may have them.
            let ask = page.ask(Some(UNLIMITED));
            let (entries, reached) = merge.next(&mut page.budget, ask).await?;
            let places: Vec<Position> = entries.into_iter().map(|entry| entry.at).collect();
            if !self.fetch_into(page, &places).await? {
                return Ok(page.stop());
            }
            match reached {
                Reached::End => return Ok(None),
                Reached::Position(place) => page.pass(place),
                Reached::Nowhere => return Ok(page.stop()),
            }
            if !page.may_read_on() {
                return Ok(page.stop());
            }
        }
    }

    fn expiration_source(&self, state: ExpirationState, stretch: &Stretch) -> Source {
        let tenant = AttributeValue::S(self.tenant.to_string());
        let state = AttributeValue::S(state.as_str().to_owned());
        let query = self
            .query(&Selection::all(Credit::FIELDS), &[])
            .index_name("by_expiration")
            .expression_attribute_values(":tenant", tenant.clone())
            .expression_attribute_values(":state", state.clone());
        let key = "tenant_id = :tenant AND expiration_state = :state";
        let pk = AttributeValue::S(partition(self.tenant, Credit::KIND));
        Source {
            query: stretch.condition(query, key, "expiration_date"),
            fixed: Item::from([
                (PK.to_owned(), pk),
                (TENANT_ID.to_owned(), tenant),
                (EXPIRATION_STATE.to_owned(), state),
            ]),
            date: Some("expiration_date"),
            start: stretch.start.clone(),
            is_filtered: false,
            item_bytes: ENTRY_BYTES,
        }
    }
}
