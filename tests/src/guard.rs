//! Processes that must not outlive the test run.
//!
//! A Rust `static` is never dropped, and a killed process tidies nothing up. So such a process
//! belongs to a small shell script (`guard.sh`), which lives as long as the pipe to its standard
//! input: see there.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

const GUARD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/guard/guard.sh");

/// A guard that makes `directory` and takes it away in the end; its arguments are the command.
pub(crate) fn guard(directory: &Path) -> Command {
    let mut guard = Command::new("sh");
    guard
        .arg(GUARD)
        .arg(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // A Ctrl-C or a kill of the test's process group is not for the guard.
        .process_group(0);
    guard
}
