//! What one call may still read: 4 MB of items, never more.

use crate::repository::records::query::BYTES_PER_READ_UNIT;
use crate::repository::records::query::MAX_BYTES_READ;

/// The largest item that DynamoDB keeps: 400 KB.
pub(super) const ITEM_BYTES: usize = 400 * 1024;
/// More than the largest entry of `by_expiration`: two ids of 256 bytes, two keys with the tenant
/// of 80, names and dates of 200.
pub(super) const ENTRY_BYTES: usize = 1024;
/// What one Query reads at most: it stops at 1 MB, and is billed in steps of 4 KB.
const QUERY_BYTES: usize = (1024 + 4) * 1024;

/// What one filtered Query should read: DynamoDB stops it at 1 MB before it filters, DynamoDB Local
/// after. So its limit follows from what items weighed so far.
const FILTERED_BYTES: usize = 1024 * 1024;

/// What is left to read, in bytes as DynamoDB bills them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    left: usize,
    queried_bytes: usize,
    queried_items: usize,
}

/// What can be afforded at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wave {
    /// This many queries.
    pub(super) queries: usize,
    /// Each over so many items at most; without it, 1 MB.
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

    /// How many records may be read, if each were as large as can be.
    pub(super) fn records(&self) -> usize {
        self.left / ITEM_BYTES
    }

    /// How many queries may run at once that look at `limit` items of at most `item_bytes`; when
    /// that is none, one that looks at fewer.
    pub(super) fn wave(&self, limit: Option<usize>, item_bytes: usize) -> Option<Wave> {
        let cost = limit.map_or(QUERY_BYTES, |limit| {
            limit.saturating_mul(item_bytes).clamp(1, QUERY_BYTES)
        });
        let (queries, fewer) = (self.left / cost, self.left / item_bytes);
        match (queries, fewer) {
            (1.., _) => Some(Wave { queries, limit }),
            (0, 1..) => Some(Wave {
                queries: 1,
                limit: Some(fewer),
            }),
            (0, 0) => None,
        }
    }

    /// How many items a filtered query may look at: while sources are `unread`, each its share of as
    /// many as are no more than may be read, however large, so that all of them can be looked into;
    /// then as many as make 1 MB.
    pub(super) fn filtered(&self, ask: Option<usize>, unread: usize) -> usize {
        let average = self.queried_bytes.checked_div(self.queried_items);
        let most = match (self.records().checked_div(unread), average) {
            (Some(share), _) => share,
            (None, Some(average)) => self.left.min(FILTERED_BYTES) / average.max(1),
            (None, None) => self.records(),
        };
        ask.unwrap_or(most).min(most).max(1)
    }

    /// Takes off what DynamoDB says that was consumed, eventually consistent.
    pub(super) fn spend(&mut self, units: f64) {
        let bytes = (units * BYTES_PER_READ_UNIT) as usize;
        self.left = self.left.saturating_sub(bytes);
    }

    /// The same for a query that looked at so many items.
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
    fn no_wave_can_read_more_than_is_left() {
        let mut budget = Budget::full();
        for (units, limit, expected) in [
            (0.0, None, Some((3, None))),
            (0.0, Some(1000), Some((3, Some(1000)))),
            (0.0, Some(1), Some((10, Some(1)))),
            (384.0, None, Some((1, Some(2)))),
            (100.0, Some(1), None),
        ] {
            budget.spend(units);
            let wave = budget.wave(limit, ITEM_BYTES);
            assert_eq!(wave.map(|wave| (wave.queries, wave.limit)), expected);
        }
        assert_eq!(budget.records(), 0);
        assert!(budget.wave(Some(1000), ENTRY_BYTES).is_some());
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
