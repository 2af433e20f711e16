use proptest::prelude::*;
use serde_json::{Value, json};

use super::memory::Remembered;

/// A step of the test.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Create(Made),
    SetStatus {
        target: usize,
        status: &'static str,
    },
    SetQuantity {
        target: usize,
        hundredths: i64,
    },
    Delete {
        target: usize,
    },
    Consume {
        contact: &'static str,
        application: &'static str,
        hundredths: i64,
    },
    Release {
        contact: &'static str,
        application: &'static str,
    },
    Search(Sought),
    LookUp {
        contact: &'static str,
    },
}

/// A credit to create.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) contact: &'static str,
    pub(super) kind: &'static str,
    pub(super) hundredths: i64,
    pub(super) date: &'static str,
    pub(super) expiration: Option<&'static str>,
}

/// A search. Each part is optional.
#[derive(Clone, Debug)]
pub(super) struct Sought {
    contacts: Vec<&'static str>,
    kinds: Vec<&'static str>,
    statuses: Vec<&'static str>,
    available_from: Option<i64>,
    dates: Option<(&'static str, &'static str)>,
    expires_from: Option<&'static str>,
}

const CONTACTS: [&str; 3] = ["ada", "bob", "cleo"];
const KINDS: [&str; 2] = ["ceu", "pdh"];
const APPLICATIONS: [&str; 4] = ["a", "b", "c", "d"];
const STATUSES: [&str; 3] = ["verified", "rejected", "draft"];
const DATES: [&str; 3] = ["2026-01-01", "2026-02-01", "2026-03-01"];
/// Dates: one is past, the others are far in the future.
const EXPIRATIONS: [&str; 3] = ["2020-01-01", "2990-01-01", "2991-01-01"];

/// Returns an exact decimal of this many hundredths, as JSON.
pub(super) fn decimal(hundredths: i64) -> Value {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    serde_json::from_str::<Value>(text.trim_end_matches('0').trim_end_matches('.')).unwrap()
}

pub(super) fn any_step() -> impl Strategy<Value = Step> {
    let contact = || prop::sample::select(&CONTACTS[..]);
    let application = || prop::sample::select(&APPLICATIONS[..]);
    prop_oneof![
        6 => any_made().prop_map(Step::Create),
        2 => (any::<usize>(), prop::sample::select(&STATUSES[..]))
            .prop_map(|(target, status)| Step::SetStatus { target, status }),
        2 => (any::<usize>(), 1_i64..400)
            .prop_map(|(target, hundredths)| Step::SetQuantity { target, hundredths }),
        1 => any::<usize>().prop_map(|target| Step::Delete { target }),
        4 => (contact(), application(), 1_i64..600).prop_map(|(contact, application, hundredths)| {
            Step::Consume { contact, application, hundredths }
        }),
        2 => (contact(), application())
            .prop_map(|(contact, application)| Step::Release { contact, application }),
        4 => any_search().prop_map(Step::Search),
        1 => contact().prop_map(|contact| Step::LookUp { contact }),
    ]
}

fn any_made() -> impl Strategy<Value = Made> {
    let parts = (
        prop::sample::select(&CONTACTS[..]),
        prop::sample::select(&KINDS[..]),
        1_i64..400,
        prop::sample::select(&DATES[..]),
        prop::option::of(prop::sample::select(&EXPIRATIONS[..])),
    );
    parts.prop_map(|(contact, kind, hundredths, date, expiration)| Made {
        contact,
        kind,
        hundredths,
        date,
        expiration,
    })
}

fn any_search() -> impl Strategy<Value = Sought> {
    let some = |values: &'static [&'static str]| prop::sample::subsequence(values, 0..=2);
    let parts = (
        some(&CONTACTS),
        some(&KINDS),
        some(&STATUSES),
        prop::option::of(0_i64..300),
        prop::option::of(prop::sample::select(
            &[(DATES[0], DATES[1]), (DATES[1], DATES[1])][..],
        )),
        prop::option::of(prop::sample::select(&EXPIRATIONS[..])),
    );
    parts.prop_map(
        |(contacts, kinds, statuses, available_from, dates, expires_from)| Sought {
            contacts,
            kinds,
            statuses,
            available_from,
            dates,
            expires_from,
        },
    )
}

impl Made {
    pub(super) fn body(&self) -> Value {
        json!({
            "contact_id": self.contact, "type_id": self.kind, "date": self.date,
            "quantity": decimal(self.hundredths), "expiration_date": self.expiration,
        })
    }
}

impl Sought {
    pub(super) fn body(&self) -> Value {
        json!({
            "contact_id": self.contacts, "type_id": self.kinds, "status": self.statuses,
            "quantity_available": self.available_from.map(|from| json!([decimal(from), null])),
            "date": self.dates.map(|(from, to)| json!([from, to])),
            "expiration_date": self.expires_from.map(|from| json!([from, null])),
        })
    }

    pub(super) fn matches(&self, credit: &Remembered) -> bool {
        let within = |wanted: &[&str], value: Option<&str>| {
            wanted.is_empty() || value.is_some_and(|value| wanted.contains(&value))
        };
        within(&self.contacts, Some(credit.contact))
            && within(&self.kinds, Some(credit.kind))
            && within(&self.statuses, credit.status)
            && self
                .available_from
                .is_none_or(|from| credit.available() >= from)
            && self
                .dates
                .is_none_or(|(from, to)| (from..=to).contains(&credit.date))
            && self
                .expires_from
                .is_none_or(|from| credit.expiration.is_some_and(|date| date >= from))
    }
}
