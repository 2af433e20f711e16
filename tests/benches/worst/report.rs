//! The table of all rows, worst first.

use std::fmt;
use std::fs;
use std::thread::available_parallelism;

use crate::row::Row;

/// All rows, and the machine of the measurement.
#[derive(Debug)]
pub(crate) struct Report {
    rows: Vec<Row>,
}

impl Report {
    pub(crate) fn new(mut rows: Vec<Row>) -> Self {
        rows.sort_by_key(|row| std::cmp::Reverse(row.cpu()));
        Self { rows }
    }

    /// Tells whether a row is over its goal.
    pub(crate) fn misses_a_goal(&self) -> bool {
        self.rows.iter().any(Row::is_over)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", machine())?;
        writeln!(
            f,
            "{:4} {:>5} {:>9} {:>9} {:>9} {:>6} {:>9}  shape",
            "", "goal", "cpu ms", "store ms", "wall ms", "status", "bytes"
        )?;
        for row in &self.rows {
            writeln!(f, "{row}")?;
        }
        let over = self.rows.iter().filter(|row| row.is_over()).count();
        write!(
            f,
            "{over} of {} shapes are over their goal",
            self.rows.len()
        )
    }
}

fn machine() -> String {
    let cores = available_parallelism().map_or(0, usize::from);
    let model = line_of("/proc/cpuinfo", "model name");
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("unknown");
    let build = if cfg!(debug_assertions) {
        "debug"
    } else {
        "optimized"
    };
    format!("{cores} cores, {model}; load {load}; {build} build")
}

fn line_of(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name));
    let value = line.and_then(|line| line.split_once(':'));
    value
        .map_or("unknown processor", |(_, value)| value.trim())
        .to_owned()
}
