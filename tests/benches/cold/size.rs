//! Measures the sizes of binaries and zips.

use std::fs;
use std::path::Path;
use std::process::Command;

use integration_tests::emulator::bootstrap;

use crate::target::Target;
use crate::{BARE, FUNCTIONS};

const MAX_ZIP_MB: f64 = 5.0;

pub(crate) fn measure() -> Vec<Target> {
    println!("\n{:22}{:>11}{:>10}", "", "binary MB", "zip MB");
    print(BARE);
    let targets = FUNCTIONS.map(|(function, _)| {
        let zip = print(function);
        Target::fixed(format!("{function}: zip"), zip, MAX_ZIP_MB, "MB")
    });
    targets.into()
}

/// Prints the sizes, and returns the size of the zip.
fn print(function: &str) -> f64 {
    let path = bootstrap(function);
    let zip = zipped_mb(&path);
    println!("{function:22}{:>11.2}{zip:>10.2}", binary_mb(&path));
    zip
}

fn binary_mb(path: &Path) -> f64 {
    in_mb(fs::metadata(path).expect("the binary is there").len())
}

/// Returns the size of the zip, as gzip makes it. A zip uses the same deflate, and has some hundred
/// bytes more.
fn zipped_mb(path: &Path) -> f64 {
    let mut gzip = Command::new("gzip");
    let zipped = gzip
        .args(["-9", "--stdout"])
        .arg(path)
        .output()
        .expect("gzip starts");
    assert!(zipped.status.success(), "gzip failed");
    in_mb(zipped.stdout.len() as u64)
}

#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "sizes are far below 2^53"
)]
fn in_mb(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
