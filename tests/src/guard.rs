//! Processes that must not outlive the test run.
//!
//! A Rust `static` is never dropped, and a killed process cleans nothing up. So a small shell
//! script (`guard.sh`) owns such a process, and ends it when the pipe to the script's standard
//! input closes.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

const GUARD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/guard/guard.sh");

/// Returns a guard that makes `directory` and removes it at the end. Its arguments are the command.
pub(crate) fn guard(directory: &Path) -> Command {
    let mut guard = Command::new("sh");
    guard
        .arg(GUARD)
        .arg(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // A Ctrl-C or a kill of the test's process group must not reach the guard.
        .process_group(0);
    guard
}
