//! Several places read as one, in the order of their positions.

use futures_util::future::try_join_all;

use crate::base::error::Error;
use crate::protocol::cursor::Position;
use crate::repository::search::budget::{Budget, Wave};
use crate::repository::search::source::{Candidate, Source};

/// Sources that are merged.
pub(super) struct Merge {
    streams: Vec<Stream>,
    is_in_turn: bool,
}

/// How far the merged order is known.
pub(super) enum Reached {
    /// To its end.
    End,
    /// To here.
    Position(Position),
    /// Nowhere: what may be read did not suffice to look into every source.
    Nowhere,
}

/// A source, and what was read of it that cannot be handed on yet.
struct Stream {
    source: Source,
    waiting: Vec<Candidate>,
    /// It was read up to here.
    known: Option<Position>,
    is_finished: bool,
}

impl Merge {
    /// Reads several sources at once.
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

    /// Reads a source only when the ones before it are read.
    pub(super) fn in_turn(sources: impl IntoIterator<Item = Source>) -> Self {
        Self {
            is_in_turn: true,
            ..Self::new(sources)
        }
    }

    /// How many sources there are.
    pub(super) fn width(&self) -> usize {
        self.streams.len()
    }

    /// Reads on where the least is known, and gives what is now certain to come next.
    pub(super) async fn next(
        &mut self,
        budget: &mut Budget,
        ask: Option<usize>,
    ) -> Result<(Vec<Candidate>, Reached), Error> {
        self.read_on(budget, ask).await?;
        let reached = self.reached();
        let mut ready: Vec<_> = match &reached {
            Reached::Nowhere => Vec::new(),
            Reached::End => self.take(|_| true),
            Reached::Position(place) => self.take(|at| at <= place),
        };
        ready.sort_unstable_by(|one, other| one.at.cmp(&other.at));
        // Who moves from one source to another may for a moment be seen in both.
        ready.dedup_by(|one, other| one.at == other.at);
        Ok((ready, reached))
    }

    /// After [`Reached::Nowhere`], a place before which about half as much lies as one call may
    /// read: the sources not read yet are taken to be like the others.
    pub(super) fn half_way(&self) -> Option<Position> {
        let waiting = self.streams.iter().flat_map(|stream| &stream.waiting);
        let mut places: Vec<_> = waiting.map(|candidate| &candidate.at).collect();
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
            let Some(Wave { queries, limit }) = budget.wave(ask, source.item_bytes) else {
                break;
            };
            let most = if self.is_in_turn { 1 } else { queries };
            let (wave, later) = behind.split_at_mut(most.min(behind.len()));
            let reads = wave.iter_mut().map(|stream| stream.read_on(limit));
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

    fn take(&mut self, is_ready: impl Fn(&Position) -> bool) -> Vec<Candidate> {
        let streams = self.streams.iter_mut();
        let ready = streams.flat_map(|stream| {
            let count = stream
                .waiting
                .partition_point(|candidate| is_ready(&candidate.at));
            stream.waiting.drain(..count)
        });
        ready.collect()
    }
}

impl Stream {
    fn is_begun(&self) -> bool {
        self.is_finished || self.known.is_some()
    }

    /// Reads on; the answer is the units it cost, and how many items it looked at.
    async fn read_on(&mut self, limit: Option<usize>) -> Result<(f64, usize), Error> {
        let read = self.source.read(self.known.as_ref(), limit).await?;
        self.waiting.extend(read.candidates);
        self.is_finished = read.last.is_none();
        self.known = read.last;
        Ok((read.units, read.looked_at))
    }
}
