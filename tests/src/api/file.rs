//! The events of the folder `events`, one for each operation.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

const EVENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../events");

/// Every file with an event of the HTTP API, as `<function>/<operation>`, sorted.
///
/// # Panics
/// When the folder cannot be read.
pub fn event_files() -> Vec<String> {
    let mut names: Vec<String> = children(Path::new(EVENTS))
        .iter()
        .flat_map(|function| children(function))
        .filter_map(|file| name(&file))
        .filter(|name| event_file(name).get("routeKey").is_some())
        .collect();
    names.sort();
    names
}

/// The event of a file such as `expiration_sweep/sweep`, as it stands.
///
/// # Panics
/// When there is no such file, or no JSON in it.
pub fn event_file(name: &str) -> Value {
    let file = format!("{EVENTS}/{name}.json");
    let text = fs::read_to_string(&file).expect("the event's file is there");
    serde_json::from_str(&text).expect("the event's file is JSON")
}

/// The event of a file, with other path parameters: its path follows them.
pub(super) fn event(name: &str, path_parameters: &[(&str, &str)]) -> Value {
    let mut event = event_file(name);
    for (name, value) in path_parameters {
        if let Some(parameter) = event["pathParameters"].get_mut(name) {
            *parameter = (*value).into();
        }
    }
    let path = path(&event);
    event["requestContext"]["http"]["path"] = path.as_str().into();
    event["rawPath"] = path.into();
    event
}

/// The path of the event's route with the event's parameters.
fn path(event: &Value) -> String {
    let route_key = event["routeKey"].as_str().unwrap_or_default();
    let (_, pattern) = route_key.split_once(' ').expect("the event has a route");
    let parameters = event["pathParameters"].as_object().into_iter().flatten();
    parameters.fold(pattern.to_owned(), |path, (name, value)| {
        path.replace(&format!("{{{name}}}"), value.as_str().unwrap_or_default())
    })
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
