use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::model::consumption::ConsumptionOrder;
use crate::model::id::ContactId;

/// A credit as the choice gets it, with the version that it was read in.
#[derive(Clone, Debug)]
struct Stored {
    credit: Credit,
    version: u64,
}

impl AsRef<Credit> for Stored {
    fn as_ref(&self) -> &Credit {
        &self.credit
    }
}

fn stored(id: &str, changes: Value) -> Stored {
    let mut fields = json!({
        "id": id, "type_id": "ceu", "origin": "legacy system", "contact_id": "ada",
        "date": "2026-01-01", "quantity": 1, "quantity_used": 0, "quantity_available": 1,
        "sys_version": 1, "sys_created_at": "2026-01-01T00:00:00Z", "sys_created_by_id": "a",
        "sys_last_modified_at": "2026-01-01T00:00:00Z", "sys_last_modified_by_id": "a",
        "sys_last_security_context": {"principal_id": "a", "tenant_id": "t", "scopes": [],
            "request_id": "r", "source": "api"},
    });
    let fields = fields.as_object_mut().unwrap();
    fields.extend(changes.as_object().unwrap().clone());
    let credit = Credit::from_fields(fields.clone(), None).unwrap();
    Stored {
        version: credit.system.sys_version,
        credit,
    }
}

fn quantity(hundredths: u32) -> Quantity {
    let decimal = rust_decimal::Decimal::new(hundredths.into(), 2).normalize();
    decimal.to_string().parse().unwrap()
}

fn available(id: &str, hundredths: u32) -> Stored {
    let mut stored = stored(id, json!({}));
    stored.credit.details.quantity_available = quantity(hundredths);
    stored
}

fn order(hundredths: u32) -> ConsumptionOrder {
    ConsumptionOrder {
        application_id: "renewal".to_owned().try_into().unwrap(),
        quantity: quantity(hundredths),
        type_ids: None,
        as_of: None,
    }
}

fn ada() -> ContactId {
    "ada".to_owned().try_into().unwrap()
}

/// Chooses as consume does: from what the index shows, and what a read then finds. The second part
/// of the answer is how many credits were read.
fn choose(
    hundredths: u32,
    indexed: &[Stored],
    found: &[Stored],
) -> (Result<Vec<Portion<Stored>>, Error>, usize) {
    let (order, contact) = (order(hundredths), ada());
    let demand = Demand {
        contact: &contact,
        order: &order,
        day: "2026-06-15".parse().unwrap(),
    };
    let candidates = indexed
        .iter()
        .map(|stored| demand.candidate(&stored.credit))
        .collect();
    let mut choice = Choice::new(demand, candidates);
    let mut reads = 0;
    loop {
        match choice.next_ids() {
            Ok(Some(ids)) => {
                assert!((1..=MAX_CREDITS).contains(&ids.len()));
                reads += ids.len();
                let is_asked_for = |stored: &&Stored| ids.contains(&stored.credit.id);
                choice.add(found.iter().filter(is_asked_for).cloned());
            }
            Ok(None) => return (choice.finish(), reads),
            Err(refusal) => return (Err(refusal), reads),
        }
    }
}

fn taken(portions: &[Portion<Stored>]) -> Vec<(String, String)> {
    let taken = portions.iter().map(|Portion { credit, allocation }| {
        assert_eq!(allocation.credit_id, credit.credit.id);
        let quantity = allocation.quantity.to_string();
        (credit.credit.id.to_string(), quantity)
    });
    taken.collect()
}

fn pairs<const COUNT: usize>(pairs: [(&str, &str); COUNT]) -> Vec<(String, String)> {
    let pairs = pairs.map(|(id, quantity)| (id.to_owned(), quantity.to_owned()));
    pairs.into()
}

fn detail(refusal: Error) -> String {
    assert_eq!(refusal.code(), "insufficient-credits");
    refusal.to_string()
}

#[test]
fn the_soonest_to_expire_is_taken_first_and_the_last_is_split() {
    let credit = |id, date, expires: Option<&str>| {
        let mut changes = json!({ "date": date });
        if let Some(expires) = expires {
            changes["expiration_date"] = json!(expires);
        }
        stored(id, changes)
    };
    let credits = [
        credit("never", "2020-01-01", None),
        credit("b", "2026-01-01", Some("2027-01-01")),
        credit("a", "2026-01-01", Some("2027-01-01")),
        credit("soon", "2026-05-01", Some("2026-12-31")),
        credit("older", "2025-01-01", Some("2027-01-01")),
    ];
    let (portions, reads) = choose(430, &credits, &credits);
    let expected = [
        ("soon", "1"),
        ("older", "1"),
        ("a", "1"),
        ("b", "1"),
        ("never", "0.3"),
    ];
    assert_eq!((taken(&portions.unwrap()), reads), (pairs(expected), 5));
    let (portions, reads) = choose(150, &credits, &credits);
    assert_eq!((portions.unwrap().len(), reads), (2, 2));
}

#[test]
fn a_credit_that_the_order_cannot_take_is_left_alone() {
    let credits = [
        stored("locked", json!({"sys_locked": true})),
        stored("used", json!({"quantity_available": 0})),
        stored("expired", json!({"expiration_date": "2026-06-14"})),
        stored("rejected", json!({"status": "rejected"})),
        stored("bobs", json!({"contact_id": "bob"})),
        stored("good", json!({"expiration_date": "2026-06-15"})),
    ];
    let (refusal, _) = choose(101, &credits, &credits);
    let detail = detail(refusal.unwrap_err());
    assert!(detail.contains("only 1 of"), "{detail}");
    let (portions, _) = choose(100, &credits, &credits);
    assert_eq!(taken(&portions.unwrap()), pairs([("good", "1")]));
}

#[test]
fn a_credit_is_taken_as_it_was_read_and_not_as_the_index_shows_it() {
    let indexed = ["a", "b", "c"].map(|id| available(id, 100));
    let mut moved = available("b", 100);
    moved.credit.details.contact_id = "bob".to_owned().try_into().unwrap();
    let mut changed = available("a", 20);
    changed.version = 7;
    let found = [changed, moved, available("c", 100)];
    let (portions, reads) = choose(110, &indexed, &found);
    let portions = portions.unwrap();
    let expected = pairs([("a", "0.2"), ("c", "0.9")]);
    assert_eq!((taken(&portions), reads), (expected, 3));
    assert_eq!(portions[0].credit.version, 7);
}

#[test]
fn what_the_index_shows_as_used_up_is_read_only_when_the_rest_does_not_suffice() {
    let indexed = [available("full", 100), available("used", 0)];
    let found = [available("full", 100), available("used", 100)];
    assert_eq!(choose(100, &indexed, &found).1, 1);
    let (portions, reads) = choose(150, &indexed, &found);
    assert_eq!((portions.unwrap().len(), reads), (2, 2));
}

#[test]
fn a_hundredth_credit_is_one_too_many_and_is_not_read() {
    let credits: Vec<_> = (0..150)
        .map(|at| available(&format!("c{at:03}"), 1))
        .collect();
    let (portions, reads) = choose(99, &credits, &credits);
    assert_eq!((portions.unwrap().len(), reads), (99, 99));
    let (refusal, reads) = choose(100, &credits, &credits);
    assert_eq!(refusal.unwrap_err().code(), "too-many-credits");
    assert_eq!(reads, 99);
    let (refusal, _) = choose(151, &credits, &credits);
    assert_eq!(detail(refusal.unwrap_err()).matches("1.5").count(), 1);
}

proptest! {
    #[test]
    fn exactly_what_was_asked_for_is_taken_or_all_there_is_is_told(
        amounts in prop::collection::vec((0_u32..1000, 0_u32..1000), 0..40), wanted in 1_u32..9000,
    ) {
        let (indexed, found): (Vec<_>, Vec<_>) = amounts.iter().enumerate()
            .map(|(at, (indexed, found))| (available(&format!("c{at}"), *indexed), available(&format!("c{at}"), *found)))
            .unzip();
        let total: u32 = amounts.iter().map(|(_, found)| found).sum();
        let (chosen, reads) = choose(wanted, &indexed, &found);
        prop_assert!(reads <= amounts.len());
        match chosen {
            Ok(portions) => {
                let sum = Quantity::sum(portions.iter().map(|portion| portion.allocation.quantity));
                prop_assert_eq!(sum, Some(quantity(wanted)));
                for Portion { credit, allocation } in &portions {
                    prop_assert_eq!(&credit.credit.id, &allocation.credit_id);
                    prop_assert!(allocation.quantity > Quantity::ZERO);
                    prop_assert!(allocation.quantity <= credit.credit.details.quantity_available);
                }
            }
            Err(refusal) => {
                prop_assert!(total < wanted);
                let available = format!("only {} of", quantity(total));
                prop_assert!(detail(refusal).contains(&available));
            }
        }
    }
}
