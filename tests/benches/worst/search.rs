//! A search for shapes that are slow: mutates recipes and keeps the slowest.

mod recipe;

use std::time::{Duration, Instant};

use fastrand::Rng;

pub(crate) use recipe::Recipe;

use crate::report::Report;
use crate::row::{self, Row};

/// How many recipes are kept.
const KEPT: usize = 12;

/// Mutates for so long, and reports the slowest. The seed decides the mutations; which of them are
/// kept depends on what was measured. Each name in the report is a recipe for `--replay`.
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

// The slowest in relation to their goals, one of each kind of request at least.
fn keep(kept: &mut Vec<(Recipe, Row)>, recipe: Recipe, row: Row) {
    if kept.iter().any(|(known, _)| *known == recipe) {
        return;
    }
    if kept.iter().all(|(_, slower)| slower.load() < row.load()) {
        println!("{row}");
    }
    kept.push((recipe, row));
    kept.sort_by(|(_, one), (_, other)| other.load().total_cmp(&one.load()));
    while kept.len() > KEPT {
        let same_kind = |at: &usize| {
            let kind = kept[*at].0.request;
            kept.iter()
                .filter(|(recipe, _)| recipe.request == kind)
                .count()
                > 1
        };
        let spare = (0..kept.len()).rev().find(same_kind);
        kept.remove(spare.unwrap_or(KEPT));
    }
}
