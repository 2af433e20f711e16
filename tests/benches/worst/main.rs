//! Measures the most expensive requests: `make bench-worst`.
//!
//! Sends a catalogue of hostile requests, none larger than the API accepts, to the functions in
//! process. The CPU time of the thread that runs a function counts. The store runs on other threads
//! and is reported apart. `--search` looks for shapes that are not in the catalogue.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot do its part has to fail"
)]

mod catalogue;
mod ground;
mod measure;
mod report;
mod row;
mod search;
mod shape;
mod text;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use report::Report;
use search::Recipe;
use shape::Shape;

/// Measures the CPU time of hostile requests and compares it with the goals.
#[derive(Debug, Parser)]
struct Arguments {
    /// Measures only the shapes whose names contain this text.
    filter: Option<String>,
    /// Succeeds even if a goal is missed.
    #[arg(long)]
    print_only: bool,
    /// Gives a shape up after this many seconds, preparation included.
    #[arg(long, default_value_t = 90)]
    cap: u64,
    /// Instead of the catalogue, mutates shapes for this many seconds and keeps the slowest.
    #[arg(long)]
    search: Option<u64>,
    /// The seed of the search.
    #[arg(long, default_value_t = 11)]
    seed: u64,
    /// Instead of the catalogue, measures one shape that the search printed.
    #[arg(long)]
    replay: Option<String>,
    /// The option that `cargo bench` passes to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log_to_nowhere();
    let cap = Duration::from_secs(arguments.cap);
    let report = match (&arguments.search, &arguments.replay) {
        (Some(seconds), _) => search::search(Duration::from_secs(*seconds), arguments.seed, cap),
        (None, Some(recipe)) => run(vec![Recipe::read(recipe).shape()], cap),
        (None, None) => run(chosen(arguments.filter.as_deref()), cap),
    };
    println!("\n{report}");
    match report.misses_a_goal() && !arguments.print_only {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}

fn chosen(filter: Option<&str>) -> Vec<Shape> {
    let mut shapes = catalogue::shapes();
    shapes.retain(|shape| filter.is_none_or(|text| shape.name().contains(text)));
    shapes
}

fn run(shapes: Vec<Shape>, cap: Duration) -> Report {
    let rows = shapes.into_iter().map(|shape| {
        let row = row::measure_within(&shape, cap);
        println!("{row}");
        row
    });
    Report::new(rows.collect())
}

// The functions write a log line for each request, and this work is part of the cost.
fn log_to_nowhere() {
    tracing_subscriber::fmt()
        .json()
        .with_writer(std::io::sink)
        .init();
}
