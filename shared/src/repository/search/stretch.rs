//! Parts of an index partition that is ordered by date and id.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;

use crate::model::date::CivilDate;
use crate::model::search::Range;
use crate::protocol::cursor::{Position, Progress};

/// Days from and to, both included; of a single day perhaps only the first ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    from: Option<CivilDate>,
    to: Option<CivilDate>,
    last_id: Option<String>,
    /// Where the pages before ended, if that is inside.
    pub(super) start: Option<Position>,
}

/// What is left to look at of a range of days. A key condition cannot end at a date and an id; so
/// where the next call may only look as far, there are two: the days before, and the last one.
pub(super) fn stretches(range: Option<Range<CivilDate>>, progress: &Progress) -> Vec<Stretch> {
    let from = range.and_then(Range::from);
    let to = range.and_then(Range::to);
    let stretches = match progress.until.as_ref().map(|until| (until.date, until)) {
        Some((Some(day), until)) => vec![
            day.yesterday().map(|to| Stretch::new(from, Some(to), None)),
            Some(Stretch::new(Some(day), Some(day), Some(&until.id))),
        ],
        Some((None, _)) | None => vec![Some(Stretch::new(from, to, None))],
    };
    let stretches = stretches.into_iter().flatten();
    stretches
        .filter_map(|stretch| stretch.after(progress.after.as_ref()))
        .collect()
}

impl Stretch {
    fn new(from: Option<CivilDate>, to: Option<CivilDate>, last_id: Option<&str>) -> Self {
        Self {
            from,
            to,
            last_id: last_id.map(str::to_owned),
            start: None,
        }
    }

    /// What comes after a place; nothing if the stretch ends before it. A start outside of the
    /// stretch would be refused.
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

    /// Adds the stretch to a query of the index whose key begins with `partition`.
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
                Some(text) => query.expression_attribute_values(name, AttributeValue::S(text)),
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

    fn left(after: Option<Position>, until: Option<Position>) -> Vec<Stretch> {
        let range = Range::new(day("2026-01-10"), day("2026-01-20")).unwrap();
        stretches(range, &Progress { after, until })
    }

    #[test]
    fn a_page_begins_where_the_one_before_ended() {
        let whole = Stretch::new(day("2026-01-10"), day("2026-01-20"), None);
        assert_eq!(left(None, None), std::slice::from_ref(&whole));
        let after = place("2026-01-15", "m");
        let start = after.clone();
        assert_eq!(
            left(after, None),
            [Stretch {
                start,
                ..whole.clone()
            }]
        );
        assert_eq!(left(place("2026-01-09", "m"), None), [whole]);
        assert_eq!(left(place("2026-01-21", "m"), None), []);
    }

    #[test]
    fn a_narrowed_search_looks_at_the_days_before_and_a_part_of_the_last() {
        let last = Stretch::new(day("2026-01-15"), day("2026-01-15"), Some("m"));
        let before = Stretch::new(day("2026-01-10"), day("2026-01-14"), None);
        let until = place("2026-01-15", "m");
        assert_eq!(left(None, until.clone()), [before, last.clone()]);
        let after = place("2026-01-15", "k");
        let start = after.clone();
        assert_eq!(left(after, until.clone()), [Stretch { start, ..last }]);
        assert_eq!(left(place("2026-01-15", "m"), until), []);
        let first_day = place("2026-01-10", "m");
        assert_eq!(left(None, first_day).len(), 1);
    }
}
