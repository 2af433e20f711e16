//! Rules for the whole project, so that nothing is forgotten.

mod build;
mod cases;
mod dependencies;
mod events;
mod layering;
mod openapi;
mod policies;
mod routes;
mod template;
mod units;

use std::fs;
use std::path::{Path, PathBuf};

/// Returns the sources of a folder of the repository.
fn sources(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Vec::new();
    let mut open = vec![root.join(folder)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).unwrap();
            open.extend(entries.map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    assert!(!found.is_empty(), "{folder} has no sources");
    found
}
