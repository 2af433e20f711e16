//! Decides what a search reads.

use std::collections::BTreeSet;

use crate::model::date::CivilDate;
use crate::model::id::{ContactId, CreditId};
use crate::model::search::{CreditSearch, Range};
use crate::protocol::cursor::{Position, Progress};
use crate::repository::search::contacts::MAX_FILTERED;

/// The part of the table that a search reads. All other fields of the search are filtered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan<'a> {
    /// Nothing: no credit can match.
    Nothing,
    /// These records, by BatchGetItem, in the order of their ids.
    Ids(&'a BTreeSet<CreditId>),
    /// `by_contact` for each of these, merged by date.
    Contacts(&'a BTreeSet<ContactId>),
    /// `by_expiration` in both states, merged by expiration date; then the records themselves.
    Expiration(Range<CivilDate>),
    /// All of the tenant's credits, in the order of their ids.
    Partition,
}

/// Chooses the plan that reads least: keys before ranges, and ranges before the whole partition.
pub fn plan(search: &CreditSearch) -> Plan<'_> {
    if search.matches_nothing() {
        return Plan::Nothing;
    }
    match (&search.ids, &search.contact_id, search.expiration_date) {
        (Some(ids), _, _) => Plan::Ids(ids),
        (None, Some(contacts), _) => Plan::Contacts(contacts),
        (None, None, Some(range)) => Plan::Expiration(range),
        (None, None, None) => Plan::Partition,
    }
}

impl Plan<'_> {
    /// Returns whether a page of this plan, for credits of these dates, can have ended there. A
    /// client can make up a cursor: such a cursor must not lead where no page leads.
    pub fn could_have_come_to(&self, progress: &Progress, dates: Option<Range<CivilDate>>) -> bool {
        let Progress { after, until } = progress;
        let is_dated = |position: &Position| position.date.is_some();
        match self {
            Self::Nothing => after.is_none() && until.is_none(),
            Self::Ids(_) | Self::Partition => {
                until.is_none() && !after.as_ref().is_some_and(is_dated)
            }
            Self::Expiration(_) => until.is_none() && after.as_ref().is_none_or(is_dated),
            Self::Contacts(contacts) => {
                let may_be_narrowed = contacts.len() > MAX_FILTERED;
                let is_searched = |day| dates.is_none_or(|dates| dates.contains(day));
                let is_ahead = |until: &Position| after.as_ref().is_none_or(|after| after < until);
                after.as_ref().is_none_or(is_dated)
                    && until.as_ref().is_none_or(|until| {
                        may_be_narrowed && until.date.is_some_and(is_searched) && is_ahead(until)
                    })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::model::search::SearchBody;

    fn name(body: Value) -> &'static str {
        let body = SearchBody::parse(body.as_object().unwrap().clone()).unwrap();
        match plan(&body.search) {
            Plan::Nothing => "nothing",
            Plan::Ids(_) => "ids",
            Plan::Contacts(_) => "contacts",
            Plan::Expiration(_) => "expiration",
            Plan::Partition => "partition",
        }
    }

    #[test]
    fn keys_come_before_ranges_and_the_partition_last() {
        let mut body = json!({
            "ids": ["a"], "contact_id": ["ada"], "expiration_date": ["2026-01-01", null],
            "date": ["2026-01-01", null], "status": ["draft"], "type_id": ["ceu"],
        });
        for (without, expected) in [
            ("nothing else", "ids"),
            ("ids", "contacts"),
            ("contact_id", "expiration"),
            ("expiration_date", "partition"),
        ] {
            body.as_object_mut().unwrap().remove(without);
            assert_eq!(name(body.clone()), expected);
        }
        assert_eq!(name(json!({})), "partition");
        assert_eq!(
            name(json!({"ids": [], "expiration_date": [null, null]})),
            "partition"
        );
    }

    /// Returns whether a page of a search can have ended at these places, `a` and `u` of a cursor.
    fn could_have_come_to(body: Value, progress: Value) -> bool {
        let body = SearchBody::parse(body.as_object().unwrap().clone()).unwrap();
        let progress = serde_json::from_value(progress).unwrap();
        plan(&body.search).could_have_come_to(&progress, body.search.date)
    }

    #[test]
    fn a_cursor_belongs_to_a_plan_whose_pages_can_end_there() {
        let (plain, dated) = (json!({"i": "m"}), json!({"i": "m", "d": "2026-01-15"}));
        let january = json!(["2026-01-01", "2026-01-31"]);
        let few = json!({"contact_id": ["a", "b", "c", "d"]});
        let many = json!({"contact_id": ["a", "b", "c", "d", "e"], "date": january});
        let expiring = json!({"expiration_date": january});
        for (body, place, is_possible) in [
            (json!({"ids": ["m"]}), json!({"a": plain}), true),
            (json!({"ids": ["m"]}), json!({"a": dated}), false),
            (json!({}), json!({"a": plain}), true),
            (json!({}), json!({"a": dated}), false),
            (json!({}), json!({"u": plain}), false),
            (expiring.clone(), json!({"a": dated}), true),
            (expiring.clone(), json!({"a": plain}), false),
            (expiring, json!({"u": dated}), false),
            (few.clone(), json!({"a": dated}), true),
            (few.clone(), json!({"a": plain}), false),
            (few, json!({"u": dated}), false),
            (many.clone(), json!({"u": dated}), true),
            (many.clone(), json!({"u": plain}), false),
            (
                many.clone(),
                json!({"u": {"i": "m", "d": "2026-02-01"}}),
                false,
            ),
            (
                many.clone(),
                json!({"a": {"i": "l", "d": "2026-01-15"}, "u": dated}),
                true,
            ),
            (many, json!({"a": dated, "u": dated}), false),
            (json!({"origin": "gift"}), json!({"a": plain}), false),
        ] {
            assert_eq!(
                could_have_come_to(body.clone(), place.clone()),
                is_possible,
                "{body} {place}"
            );
            assert!(could_have_come_to(body, json!({})));
        }
    }

    #[test]
    fn nothing_is_read_for_a_search_that_no_credit_can_match() {
        assert_eq!(name(json!({"origin": "gift", "ids": ["a"]})), "nothing");
        assert_eq!(name(json!({"status": ["lost"]})), "nothing");
    }
}
