//! The sets and ranges of a search, as a client sends them.

use std::collections::BTreeSet;

use crate::base::json::{Fields, Input};
use crate::model::search::{MAX_VALUES, Range};

/// Reads the list `name` as a set; absent when it is empty.
pub(super) fn read_set<T: Ord>(
    fields: &mut Fields<'_>,
    name: &str,
    read: impl FnMut(Input<'_>) -> Option<T>,
) -> Option<BTreeSet<T>> {
    let set: BTreeSet<T> =
        fields.optional(name, |list| list.with_length(0..=MAX_VALUES)?.list(read))?;
    Some(set).filter(|set| !set.is_empty())
}

/// Reads the range `name`; absent when it is empty or open at both ends.
pub(super) fn read_range<T: Copy + Ord>(
    fields: &mut Fields<'_>,
    name: &str,
    read: impl Fn(Input<'_>) -> Option<T>,
) -> Option<Range<T>> {
    let ends: Vec<Option<T>> = fields.optional(name, |list| match list.length() {
        Some(0) => None,
        Some(2) | None => list.list(|end| Some(end.unless_null(&read))),
        Some(_) => list.refuse("must have two values, from and to; `null` leaves an end open"),
    })?;
    let (from, to) = (*ends.first()?, *ends.last()?);
    let range = Range::new(from, to);
    if let Err(error) = range {
        fields.refuse_member(name, error);
    }
    range.ok().flatten()
}
