//! What the most expensive requests cost the functions: `make bench-worst`.
//!
//! A catalogue of hostile requests, none larger than the API takes, is sent to the functions in
//! process. The time that counts is the CPU time of the thread that runs a function; the store runs on
//! other threads and is reported apart. `--search` looks for shapes that the catalogue does not have.

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
    /// Only the shapes whose names contain this text.
    filter: Option<String>,
    /// Succeeds even when a goal is missed.
    #[arg(long)]
    print_only: bool,
    /// How many seconds a shape may take in all, preparation included, before it is given up.
    #[arg(long, default_value_t = 90)]
    cap: u64,
    /// Instead of the catalogue, mutates shapes for so many seconds and keeps what is slow.
    #[arg(long)]
    search: Option<u64>,
    /// The seed of the search.
    #[arg(long, default_value_t = 11)]
    seed: u64,
    /// Instead of the catalogue, one shape as the search printed it.
    #[arg(long)]
    replay: Option<String>,
    /// What `cargo bench` passes to every benchmark.
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

// The functions write a log line for each request; that work is part of what a request costs.
fn log_to_nowhere() {
    tracing_subscriber::fmt()
        .json()
        .with_writer(std::io::sink)
        .init();
}
