//! Searches for slow shapes: mutates recipes and keeps the slowest.

mod recipe;

use std::time::{Duration, Instant};

use fastrand::Rng;

pub(crate) use recipe::Recipe;

use crate::report::Report;
use crate::row::{self, Row};

/// The number of recipes that are kept of each kind of request.
const KEPT: usize = 3;

/// Mutates recipes for `time`, and reports the slowest. The seed decides the mutations, and the
/// measurements decide which are kept. Each name in the report is a recipe for `--replay`.
pub(crate) fn search(time: Duration, seed: u64, cap: Duration) -> Report {
    println!("seed {seed}");
    let (started, mut rng) = (Instant::now(), Rng::with_seed(seed));
    let mut kept: Vec<(Recipe, Row)> = Vec::new();
    let (mut tried, mut starts) = (0, Recipe::starts().into_iter());
    while started.elapsed() < time {
        let recipe = match starts.next() {
            Some(start) => start,
            None => kept[rng.usize(..kept.len())].0.mutated(&mut rng),
        };
        let row = row::measure_once(&recipe.shape(), cap);
        tried += 1;
        keep(&mut kept, recipe, row);
    }
    println!("tried {tried} recipes");
    let again = kept
        .iter()
        .map(|(recipe, _)| row::measure_within(&recipe.shape(), cap));
    Report::new(again.collect())
}

// Keeps the slowest of each kind of request.
fn keep(kept: &mut Vec<(Recipe, Row)>, recipe: Recipe, row: Row) {
    let kind = recipe.request;
    // Without an answer it is not known whether the function or the store was slow.
    if row.best.is_none() {
        println!("{row}");
        return;
    }
    if kept.iter().any(|(known, _)| *known == recipe) {
        return;
    }
    let mut rivals = kept.iter().filter(|(known, _)| known.request == kind);
    if rivals.all(|(_, rival)| rival.load() < row.load()) {
        println!("{row}");
    }
    kept.push((recipe, row));
    kept.sort_by(|(_, one), (_, other)| other.load().total_cmp(&one.load()));
    let mut of_kind = 0;
    kept.retain(|(known, _)| {
        of_kind += usize::from(known.request == kind);
        known.request != kind || of_kind <= KEPT
    });
}
