//! Reads several sources as one, in the order of their positions.

use futures_util::future::try_join_all;

use crate::base::error::Error;
use crate::protocol::cursor::Position;
use crate::repository::search::budget::{Affordable, Budget};
use crate::repository::search::source::{PlacedItem, Source};

/// Sources that are merged.
pub(super) struct Merge {
    streams: Vec<Stream>,
    is_in_turn: bool,
}

/// The end of the known part of the merged order.
pub(super) enum Reached {
    /// To the end.
    End,
    /// To this position.
    Position(Position),
    /// To no position: the budget did not suffice to look into every source.
    Nowhere,
}

/// A source, and the items that were read of it and are not handed out yet.
struct Stream {
    source: Source,
    waiting: Vec<PlacedItem>,
    /// The source was read up to here.
    known: Option<Position>,
    is_finished: bool,
}

impl Merge {
    /// Merges sources that are read at the same time.
    pub(super) fn new(sources: impl IntoIterator<Item = Source>) -> Self {
        let streams = sources.into_iter().map(|source| Stream {
            source,
            waiting: Vec::new(),
            known: None,
            is_finished: false,
        });
        Self {
            streams: streams.collect(),
            is_in_turn: false,
        }
    }

    /// Merges sources that are read one after the other.
    pub(super) fn in_turn(sources: impl IntoIterator<Item = Source>) -> Self {
        Self {
            is_in_turn: true,
            ..Self::new(sources)
        }
    }

    /// Returns the number of sources.
    pub(super) fn width(&self) -> usize {
        self.streams.len()
    }

    /// Reads on in the sources that are furthest behind, and returns the items that now certainly
    /// come next.
    pub(super) async fn next(
        &mut self,
        budget: &mut Budget,
        ask: Option<usize>,
    ) -> Result<(Vec<PlacedItem>, Reached), Error> {
        self.read_on(budget, ask).await?;
        let reached = self.reached();
        let mut ready: Vec<_> = match &reached {
            Reached::Nowhere => Vec::new(),
            Reached::End => self.take(|_| true),
            Reached::Position(place) => self.take(|at| at <= place),
        };
        ready.sort_unstable_by(|one, other| one.at.cmp(&other.at));
        // A credit that moves from one source to another may be seen in both.
        ready.dedup_by(|one, other| one.at == other.at);
        Ok((ready, reached))
    }

    /// After [`Reached::Nowhere`], returns a place before which one call reads about half of its
    /// budget. It assumes that the sources not read yet are like the others.
    pub(super) fn narrowing_point(&self) -> Option<Position> {
        let waiting = self.streams.iter().flat_map(|stream| &stream.waiting);
        let mut places: Vec<_> = waiting.map(|placed| &placed.at).collect();
        places.sort_unstable();
        let read = self.streams.iter().filter(|stream| stream.is_begun());
        let half = places.len() * read.count() / (2 * self.width().max(1));
        places.get(half).copied().cloned()
    }

    async fn read_on(&mut self, budget: &mut Budget, ask: Option<usize>) -> Result<(), Error> {
        let open = || self.streams.iter().filter(|stream| !stream.is_finished);
        let least = open().map(|stream| stream.known.clone()).min();
        let behind =
            |stream: &&mut Stream| !stream.is_finished && Some(&stream.known) == least.as_ref();
        let mut behind: Vec<_> = self.streams.iter_mut().filter(behind).collect();
        let mut behind = behind.as_mut_slice();
        while let Some(source) = behind.first().map(|stream| &stream.source) {
            let unread = behind.iter().filter(|stream| !stream.is_begun()).count();
            let ask = match source.is_filtered {
                true => Some(budget.filtered(ask, unread)),
                false => ask,
            };
            let affordable = budget.affordable(ask, source.item_bytes);
            let Some(Affordable { queries, limit }) = affordable else {
                break;
            };
            let most = if self.is_in_turn { 1 } else { queries };
            let (now, later) = behind.split_at_mut(most.min(behind.len()));
            let reads = now.iter_mut().map(|stream| stream.read_on(limit));
            for (units, items) in try_join_all(reads).await? {
                budget.spend_on_query(units, items);
            }
            behind = later;
        }
        Ok(())
    }

    fn reached(&self) -> Reached {
        let open = self.streams.iter().filter(|stream| !stream.is_finished);
        match open.map(|stream| stream.known.as_ref()).min() {
            None => Reached::End,
            Some(None) => Reached::Nowhere,
            Some(Some(place)) => Reached::Position(place.clone()),
        }
    }

    fn take(&mut self, is_ready: impl Fn(&Position) -> bool) -> Vec<PlacedItem> {
        let streams = self.streams.iter_mut();
        let ready = streams.flat_map(|stream| {
            let count = stream
                .waiting
                .partition_point(|placed| is_ready(&placed.at));
            stream.waiting.drain(..count)
        });
        ready.collect()
    }
}

impl Stream {
    fn is_begun(&self) -> bool {
        self.is_finished || self.known.is_some()
    }

    /// Reads on. Returns the units that the query cost, and how many items it looked at.
    async fn read_on(&mut self, limit: Option<usize>) -> Result<(f64, usize), Error> {
        let read = self.source.read(self.known.as_ref(), limit).await?;
        self.waiting.extend(read.items);
        self.is_finished = read.last.is_none();
        self.known = read.last;
        Ok((read.units, read.looked_at))
    }
}
