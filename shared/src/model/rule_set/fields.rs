//! Reading the members of an object, one by one, and noting every fault on the way.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::limits::{MAX_LEAVES, MAX_VIOLATIONS};
use crate::base::error::Violation;
use crate::base::json::Place;

/// What has been found so far.
#[derive(Default)]
pub(super) struct Report {
    violations: Vec<Violation>,
    leaves: usize,
}

impl Report {
    /// Notes a fault. Answers `None`, so that a reader can end with it.
    pub(super) fn fault<T>(&mut self, place: &Place<'_>, message: impl Into<String>) -> Option<T> {
        if self.violations.len() < MAX_VIOLATIONS {
            self.violations
                .push(Violation::new(place.pointer(), message));
        }
        None
    }

    pub(super) fn count_leaf(&mut self) {
        self.leaves += 1;
    }

    /// The value, if there was no fault.
    pub(super) fn finish<T>(mut self, value: Option<T>) -> Result<T, Vec<Violation>> {
        if self.leaves > MAX_LEAVES {
            let message = format!("must not have more than {MAX_LEAVES} comparisons in all");
            self.fault::<T>(&Place::Root.member("rules"), message);
        }
        match value {
            Some(value) if self.violations.is_empty() => Ok(value),
            Some(_) | None => Err(self.violations),
        }
    }
}

/// The members of an object that have not been read yet.
pub(super) struct Fields<'p> {
    members: Map<String, Value>,
    place: &'p Place<'p>,
}

impl<'p> Fields<'p> {
    pub(super) fn new(members: Map<String, Value>, place: &'p Place<'p>) -> Self {
        Self { members, place }
    }

    pub(super) fn of(value: Value, place: &'p Place<'p>, report: &mut Report) -> Option<Self> {
        match value {
            Value::Object(members) => Some(Self { members, place }),
            _ => report.fault(place, "must be an object"),
        }
    }

    pub(super) fn place(&self) -> &'p Place<'p> {
        self.place
    }

    /// Takes a member as it is; `null` counts as absent.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name).filter(|value| !value.is_null())
    }

    /// Takes a member for which `null` is a value like any other.
    pub(super) fn take_nullable(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name)
    }

    /// Whether one of these is there and not `null`.
    pub(super) fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| {
            self.members
                .get(*name)
                .is_some_and(|value| !value.is_null())
        })
    }

    pub(super) fn optional<T>(
        &mut self,
        name: &str,
        report: &mut Report,
        read: impl FnOnce(Value, &Place<'_>, &mut Report) -> Option<T>,
    ) -> Option<T> {
        let value = self.take(name)?;
        read(value, &self.place.member(name), report)
    }

    pub(super) fn required<T>(
        &mut self,
        name: &str,
        report: &mut Report,
        read: impl FnOnce(Value, &Place<'_>, &mut Report) -> Option<T>,
    ) -> Option<T> {
        match self.take(name) {
            Some(value) => read(value, &self.place.member(name), report),
            None => report.fault(&self.place.member(name), "is required"),
        }
    }

    pub(super) fn refuse_the_rest(self, report: &mut Report) {
        for name in self.members.keys() {
            report.fault::<()>(&self.place.member(name), "is not a known field");
        }
    }
}

pub(super) fn read_flag(value: Value, place: &Place<'_>, report: &mut Report) -> Option<bool> {
    value
        .as_bool()
        .or_else(|| report.fault(place, "must be true or false"))
}

/// Reads a text that has something in it and fits on a line.
pub(super) fn read_name(value: Value, place: &Place<'_>, report: &mut Report) -> Option<String> {
    match value {
        Value::String(name) if !name.is_empty() && !name.contains(char::is_control) => Some(name),
        _ => report.fault(
            place,
            "must be a non-empty string without control characters",
        ),
    }
}

/// Reads the members of a list, each with `read`. A bad one leaves a fault, not a gap.
pub(super) fn read_list<T>(
    value: Value,
    place: &Place<'_>,
    report: &mut Report,
    mut read: impl FnMut(Value, &Place<'_>, &mut Report) -> Option<T>,
) -> Option<Vec<T>> {
    match value {
        Value::Array(items) => {
            let items = items.into_iter().enumerate();
            Some(
                items
                    .filter_map(|(at, item)| read(item, &place.item(at), report))
                    .collect(),
            )
        }
        _ => report.fault(place, "must be a list"),
    }
}

/// A reader for an integer within `range`.
pub(super) fn read_count(
    range: RangeInclusive<u32>,
) -> impl FnOnce(Value, &Place<'_>, &mut Report) -> Option<u32> {
    move |value, place, report| match integer(&value).filter(|count| range.contains(count)) {
        Some(count) => Some(count),
        None => {
            let (from, to) = (range.start(), range.end());
            report.fault(place, format!("must be an integer from {from} to {to}"))
        }
    }
}

// The text and not the float: `1.5` must not become 1, nor `1e99` a limit.
fn integer(value: &Value) -> Option<u32> {
    match value {
        Value::Number(number) => number.as_str().parse().ok(),
        _ => None,
    }
}
