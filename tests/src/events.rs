//! The folder `events`: the events that Lambda sends to each function, in the form of `sam local
//! invoke`, and the expected answers, which do not depend on who runs the function.

mod expectation;
mod scene;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

pub use expectation::{Expectation, expectations};
pub use scene::{Scene, TENANT};

const EVENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../events");

/// Returns every file as `<function>/<operation>`, sorted.
///
/// # Panics
/// When the folder cannot be read.
pub fn event_files() -> Vec<String> {
    let mut names: Vec<String> = children(Path::new(EVENTS))
        .iter()
        .flat_map(|function| children(function))
        .filter_map(|file| name(&file))
        .collect();
    names.sort();
    names
}

/// Returns the event of a file such as `expiration_sweep/sweep`, unchanged.
///
/// # Panics
/// When the file does not exist or is not JSON.
pub fn event_file(name: &str) -> Value {
    let file = format!("{EVENTS}/{name}.json");
    let text = fs::read_to_string(&file).expect("the event's file is there");
    serde_json::from_str(&text).expect("the event's file is JSON")
}

fn name(file: &Path) -> Option<String> {
    let function = file.parent()?.file_name()?.to_str()?;
    Some(format!("{function}/{}", file.file_stem()?.to_str()?))
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder of events is there");
    entries
        .map(|entry| entry.expect("the folder can be read").path())
        .collect()
}
