//! The rooms that each room may use. This table has exactly the arrows of the code.

mod circles;
mod imports;

use std::collections::{BTreeMap, BTreeSet};

use imports::{Module, is_shipped, modules, room_of};

/// A room, and the rooms of `shared` and the groups of outside crates that it may use.
type Arrows = [(&'static str, &'static [&'static str])];

/// The arrows of a function that answers requests for records.
const OF_RECORDS: &[&str] = &[
    "base",
    "http",
    "lifecycle",
    "model",
    "protocol",
    "repository",
    "rules",
    "runtime",
    "the web",
    "the world",
];

const ALLOWED: &Arrows = &[
    ("base", &["the clock"]),
    ("model", &["base"]),
    ("rules", &["model"]),
    ("lifecycle", &["base", "model", "rules", "the clock"]),
    ("runtime", &["base", "the clock", "the world"]),
    ("protocol", &["base", "model", "runtime", "the world"]),
    (
        "repository::store",
        &[
            "base",
            "model",
            "protocol",
            "runtime",
            "the SDK",
            "the world",
            "the clock",
        ],
    ),
    (
        "repository::records",
        &["base", "model", "protocol", "repository::store", "the SDK"],
    ),
    (
        "repository",
        &[
            "base",
            "lifecycle",
            "model",
            "protocol",
            "repository::records",
            "repository::store",
            "the SDK",
            "the world",
        ],
    ),
    (
        "http",
        &[
            "base",
            "model",
            "protocol",
            "repository",
            "runtime",
            "the web",
            "the world",
            "the clock",
        ],
    ),
    (
        "authorizer",
        &[
            "base",
            "http",
            "model",
            "repository",
            "runtime",
            "the web",
            "the world",
            "the clock",
        ],
    ),
    ("credits", OF_RECORDS),
    ("expiration_rule_sets", OF_RECORDS),
    (
        "expiration_sweep",
        &[
            "base",
            "lifecycle",
            "model",
            "repository",
            "runtime",
            "the web",
            "the world",
            "the clock",
        ],
    ),
    (
        "certs",
        &[
            "authorizer",
            "base",
            "credits",
            "expiration_rule_sets",
            "expiration_sweep",
            "http",
            "model",
            "protocol",
            "repository",
            "repository::store",
            "runtime",
            "the SDK",
            "the web",
            "the world",
            "the clock",
        ],
    ),
];

/// Crates and modules, grouped by what they bring into a room.
const OUTSIDE: &[(&str, &[&str])] = &[
    (
        "the SDK",
        &[
            "aws_config",
            "aws_credential_types",
            "aws_sdk_cloudformation",
            "aws_sdk_dynamodb",
            "aws_smithy_http_client",
            "aws_smithy_runtime_api",
            "aws_smithy_types",
            "serde_dynamo",
        ],
    ),
    (
        "the web",
        &[
            "axum",
            "lambda_http",
            "lambda_runtime",
            "tower",
            "tower_http",
        ],
    ),
    (
        "the clock",
        &[
            "Instant::now",
            "SystemTime::now",
            "Timestamp::now",
            "Zoned::now",
            "jiff::Timestamp::now",
            "shared::base::clock",
        ],
    ),
    (
        "the world",
        &[
            "std::env",
            "std::fs",
            "std::net",
            "std::process",
            "std::thread",
            "tokio",
            "tracing",
        ],
    ),
];

/// The modules of the macros that `shared` exports from its root.
const MACROS: [(&str, &str); 2] = [("route", "http"), ("log_line", "runtime")];

#[test]
fn a_room_uses_what_the_table_lists_and_nothing_else() {
    let allowed: BTreeMap<_, BTreeSet<_>> = ALLOWED
        .iter()
        .map(|(room, uses)| {
            (
                room.to_string(),
                uses.iter().map(|used| used.to_string()).collect(),
            )
        })
        .collect();
    assert_eq!(arrows(&modules()), allowed);
}

#[test]
fn modules_of_a_crate_do_not_go_round_in_circles() {
    assert_eq!(circles::of(&modules()), Vec::<Vec<String>>::new());
}

/// Returns what each room uses.
fn arrows(modules: &[Module]) -> BTreeMap<String, BTreeSet<String>> {
    let mut arrows = BTreeMap::<String, BTreeSet<String>>::new();
    for module in modules {
        let from = arrows.entry(module.room()).or_default();
        from.extend(module.uses.iter().filter_map(|path| target(path)));
    }
    for (room, uses) in &mut arrows {
        uses.remove(room);
    }
    arrows
}

/// Returns the room or the group of a path. A path of one segment is a name in its own module.
fn target(path: &[String]) -> Option<String> {
    let (first, rest) = path.split_first()?;
    let (whole, rest) = (path.join("::"), rest.join("::"));
    let is_one = |word: &str| word.contains("::") && whole == word;
    let leads_to = |word: &&str| is_one(word) || whole.starts_with(&format!("{word}::"));
    let mut outside = OUTSIDE.iter();
    if let Some((group, _)) = outside.find(|(_, words)| words.iter().any(leads_to)) {
        return Some((*group).to_owned());
    }
    match first.as_str() {
        _ if rest.is_empty() => None,
        "shared" => {
            let is_called = |(name, _): &&(&str, &str)| *name == rest;
            let exported = MACROS.iter().find(is_called);
            Some(exported.map_or_else(|| room_of(&rest), |(_, room)| (*room).to_owned()))
        }
        name => is_shipped(name).then(|| name.to_owned()),
    }
}
