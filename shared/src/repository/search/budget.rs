//! The bytes that one call may still read: 4 MB of items at most.

use crate::repository::store::bytes_read::{BYTES_PER_READ_UNIT, MAX_BYTES_READ};

/// The largest item that DynamoDB keeps: 400 KB.
pub(super) const ITEM_BYTES: usize = 400 * 1024;
/// More than the largest entry of `by_expiration`: two ids of 256 bytes, two keys with the tenant
/// of 80, names and dates of 200.
pub(super) const ENTRY_BYTES: usize = 1024;
/// The most that one Query reads: it stops at 1 MB, and is billed in steps of 4 KB.
const QUERY_BYTES: usize = (1024 + 4) * 1024;
/// The bytes that one filtered Query should read. DynamoDB stops a Query at 1 MB before it filters,
/// DynamoDB Local after. So the limit follows from the average size of the items seen so far.
const FILTERED_BYTES: usize = 1024 * 1024;

/// The bytes that are left to read, as DynamoDB bills them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    left: usize,
    queried_bytes: usize,
    queried_items: usize,
}

/// The queries that the budget affords at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Affordable {
    /// The number of queries.
    pub(super) queries: usize,
    /// The most items that each may look at. Without it, a query stops at 1 MB.
    pub(super) limit: Option<usize>,
}

impl Budget {
    pub(super) fn full() -> Self {
        Self {
            left: MAX_BYTES_READ,
            queried_bytes: 0,
            queried_items: 0,
        }
    }

    pub(super) fn spent(&self) -> usize {
        MAX_BYTES_READ.saturating_sub(self.left)
    }

    /// Returns how many records may be read if each has the maximum size.
    pub(super) fn records(&self) -> usize {
        self.left / ITEM_BYTES
    }

    /// Returns how many queries may run at once if each looks at `limit` items of at most
    /// `item_bytes`. If not even one may, returns one query with a smaller limit.
    pub(super) fn affordable(&self, limit: Option<usize>, item_bytes: usize) -> Option<Affordable> {
        let cost = limit.map_or(QUERY_BYTES, |limit| {
            limit.saturating_mul(item_bytes).clamp(1, QUERY_BYTES)
        });
        let (queries, fewer) = (self.left / cost, self.left / item_bytes);
        match (queries, fewer) {
            (1.., _) => Some(Affordable { queries, limit }),
            (0, 1..) => Some(Affordable {
                queries: 1,
                limit: Some(fewer),
            }),
            (0, 0) => None,
        }
    }

    /// Returns how many items a filtered query may look at. Start with as many items as fit the
    /// budget if each has the maximum size (10), divided among the sources that are still `unread`,
    /// so that each can be looked into. Then ask for about 1 MB, by the average size seen so far.
    pub(super) fn filtered(&self, ask: Option<usize>, unread: usize) -> usize {
        let average = self.queried_bytes.checked_div(self.queried_items);
        let most = match (self.records().checked_div(unread), average) {
            (Some(share), _) => share,
            (None, Some(average)) => self.left.min(FILTERED_BYTES) / average.max(1),
            (None, None) => self.records(),
        };
        ask.unwrap_or(most).min(most).max(1)
    }

    /// Takes off the units that DynamoDB reports for an eventually consistent read.
    pub(super) fn spend(&mut self, units: f64) {
        let bytes = (units * BYTES_PER_READ_UNIT) as usize;
        self.left = self.left.saturating_sub(bytes);
    }

    /// Takes off the units of a query, and notes how many items it looked at.
    pub(super) fn spend_on_query(&mut self, units: f64, items: usize) {
        let before = self.left;
        self.spend(units);
        self.queried_bytes += before - self.left;
        self.queried_items += items;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_queries_can_read_more_than_is_left() {
        let mut budget = Budget::full();
        for (units, limit, expected) in [
            (0.0, None, Some((3, None))),
            (0.0, Some(1000), Some((3, Some(1000)))),
            (0.0, Some(1), Some((10, Some(1)))),
            (384.0, None, Some((1, Some(2)))),
            (100.0, Some(1), None),
        ] {
            budget.spend(units);
            let affordable = budget.affordable(limit, ITEM_BYTES);
            let queries = affordable.map(|Affordable { queries, limit }| (queries, limit));
            assert_eq!(queries, expected);
        }
        assert_eq!(budget.records(), 0);
        assert!(budget.affordable(Some(1000), ENTRY_BYTES).is_some());
    }

    #[test]
    fn a_filtered_query_begins_small_and_then_reads_about_a_megabyte() {
        let mut budget = Budget::full();
        assert_eq!(budget.filtered(None, 1), 10);
        assert_eq!(budget.filtered(None, 4), 2);
        assert_eq!(budget.filtered(Some(3), 1), 3);
        budget.spend_on_query(1.25, 10);
        assert_eq!(budget.filtered(None, 3), 3);
        assert_eq!(budget.filtered(None, 0), 1024);
        budget.spend_on_query(510.0, 10);
        assert_eq!(budget.filtered(Some(1000), 0), 1);
    }
}
