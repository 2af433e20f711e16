//! Ranges of keys in an index that is ordered by date and id.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;

use crate::model::date::CivilDate;
use crate::model::search::Range;
use crate::protocol::cursor::{Position, Progress};
use crate::repository::store::attribute::string;

/// The days `from` … `to`, both included. With `last_id`, the range is one day, up to this id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyRange {
    from: Option<CivilDate>,
    to: Option<CivilDate>,
    last_id: Option<String>,
    /// The place where the pages before ended, if it is inside of the range.
    pub(super) start: Option<Position>,
}

/// Returns the ranges that the pages before have left of some days.
///
/// DynamoDB cannot express `(date, id) <= (d, i)`. A range that ends inside a day is therefore
/// split: all earlier days, and that day up to the id.
pub(super) fn key_ranges(days: Option<Range<CivilDate>>, progress: &Progress) -> Vec<KeyRange> {
    let from = days.and_then(Range::from);
    let to = days.and_then(Range::to);
    let ranges = match progress.until.as_ref().map(|until| (until.date, until)) {
        Some((Some(day), until)) => vec![
            day.yesterday()
                .map(|to| KeyRange::new(from, Some(to), None)),
            Some(KeyRange::new(Some(day), Some(day), Some(&until.id))),
        ],
        Some((None, _)) | None => vec![Some(KeyRange::new(from, to, None))],
    };
    let ranges = ranges.into_iter().flatten();
    ranges
        .filter_map(|range| range.after(progress.after.as_ref()))
        .collect()
}

impl KeyRange {
    fn new(from: Option<CivilDate>, to: Option<CivilDate>, last_id: Option<&str>) -> Self {
        Self {
            from,
            to,
            last_id: last_id.map(str::to_owned),
            start: None,
        }
    }

    /// Returns the part of the range after a place; `None` if the range ends before the place.
    /// DynamoDB refuses a start outside of the range.
    fn after(self, place: Option<&Position>) -> Option<Self> {
        if matches!((self.from, self.to), (Some(from), Some(to)) if from > to) {
            return None;
        }
        let Some((place, day)) = place.and_then(|place| Some((place, place.date?))) else {
            return Some(self);
        };
        let is_over = self.to.is_some_and(|to| to < day)
            || (self.to == Some(day) && self.last_id.as_ref().is_some_and(|id| id <= &place.id));
        let is_ahead = self.from.is_some_and(|from| day < from);
        match (is_over, is_ahead) {
            (true, _) => None,
            (false, true) => Some(self),
            (false, false) => Some(Self {
                start: Some(place.clone()),
                ..self
            }),
        }
    }

    /// Adds the range to a query whose key condition begins with `partition`.
    pub(super) fn condition(
        &self,
        query: QueryFluentBuilder,
        partition: &str,
        date: &str,
    ) -> QueryFluentBuilder {
        let days = match (self.from, self.to, &self.last_id) {
            (_, Some(_), Some(_)) => "#day = :to AND id <= :last",
            (Some(_), Some(_), None) => "#day BETWEEN :from AND :to",
            (Some(_), None, _) => "#day >= :from",
            (None, Some(_), None) => "#day <= :to",
            (None, None, _) => return query.key_condition_expression(partition),
        };
        let query = query
            .key_condition_expression(format!("{partition} AND {days}"))
            .expression_attribute_names("#day", date);
        let from = self.from.filter(|_| self.last_id.is_none());
        let values = [
            (":from", from.map(|day| day.to_string())),
            (":to", self.to.map(|day| day.to_string())),
            (":last", self.last_id.clone()),
        ];
        values
            .into_iter()
            .fold(query, |query, (name, value)| match value {
                Some(text) => query.expression_attribute_values(name, string(text)),
                None => query,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<CivilDate> {
        Some(text.parse().unwrap())
    }

    fn place(date: &str, id: &str) -> Option<Position> {
        Some(Position {
            id: id.to_owned(),
            date: day(date),
        })
    }

    fn left(after: Option<Position>, until: Option<Position>) -> Vec<KeyRange> {
        let range = Range::new(day("2026-01-10"), day("2026-01-20")).unwrap();
        key_ranges(range, &Progress { after, until })
    }

    #[test]
    fn a_page_begins_where_the_one_before_ended() {
        let whole = KeyRange::new(day("2026-01-10"), day("2026-01-20"), None);
        assert_eq!(left(None, None), std::slice::from_ref(&whole));
        let after = place("2026-01-15", "m");
        let start = after.clone();
        assert_eq!(
            left(after, None),
            [KeyRange {
                start,
                ..whole.clone()
            }]
        );
        assert_eq!(left(place("2026-01-09", "m"), None), [whole]);
        assert_eq!(left(place("2026-01-21", "m"), None), []);
    }

    #[test]
    fn a_narrowed_search_looks_at_the_days_before_and_a_part_of_the_last() {
        let last = KeyRange::new(day("2026-01-15"), day("2026-01-15"), Some("m"));
        let before = KeyRange::new(day("2026-01-10"), day("2026-01-14"), None);
        let until = place("2026-01-15", "m");
        assert_eq!(left(None, until.clone()), [before, last.clone()]);
        let after = place("2026-01-15", "k");
        let start = after.clone();
        assert_eq!(left(after, until.clone()), [KeyRange { start, ..last }]);
        assert_eq!(left(place("2026-01-15", "m"), until), []);
        let first_day = place("2026-01-10", "m");
        assert_eq!(left(None, first_day).len(), 1);
    }
}
