//! Where a search reads.

use std::collections::BTreeSet;

use crate::model::date::CivilDate;
use crate::model::id::{ContactId, CreditId};
use crate::model::search::{CreditSearch, Range};

/// The place that a search reads; what else it asks for is filtered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan<'a> {
    /// None: no credit can match.
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

/// The plan that reads least: what is named by key comes before what lies in a range.
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

    #[test]
    fn nothing_is_read_for_what_no_credit_can_be() {
        assert_eq!(name(json!({"origin": "gift", "ids": ["a"]})), "nothing");
        assert_eq!(name(json!({"status": ["lost"]})), "nothing");
    }
}
