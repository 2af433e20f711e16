//! `docs/cases.md` names only tests that exist, and has all its chapters.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::sources;

/// The folders of tests, and the prefix of the test names in each.
const FOLDERS: [(&str, &str); 8] = [
    ("tests/it", ""),
    ("shared/src", "shared::"),
    ("functions/authorizer/src", "authorizer_function::"),
    ("functions/credits/src", "credits_function::"),
    (
        "functions/expiration_rule_sets/src",
        "expiration_rule_sets_function::",
    ),
    (
        "functions/expiration_sweep/src",
        "expiration_sweep_function::",
    ),
    ("cli/src", "certs::"),
    ("cli/tests", "certs::tests::"),
];
/// The chapters of the document.
const CHAPTERS: [&str; 8] = [
    "Storage",
    "Concurrency",
    "Idempotency",
    "Batch",
    "Sweep",
    "Authentication",
    "Tenancy",
    "Input",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Returns the cells of each row of the tables.
fn rows(document: &str) -> Vec<Vec<&str>> {
    let lines = document.lines().filter(|line| line.starts_with("| "));
    let rows = lines.filter(|line| !line.starts_with("| case |"));
    rows.map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

/// Returns the names of all tests, with the modules of their files.
fn tests() -> BTreeSet<String> {
    let of_folder = |(folder, prefix): (&str, &str)| {
        let files = sources(folder).into_iter();
        let folder = root().join(folder);
        let prefix = prefix.to_owned();
        files.flat_map(move |file| {
            let module = prefix.clone() + &module(file.strip_prefix(&folder).unwrap());
            let names = functions(&fs::read_to_string(&file).unwrap());
            names
                .into_iter()
                .map(move |name| format!("{module}::{name}"))
        })
    };
    FOLDERS.into_iter().flat_map(of_folder).collect()
}

/// Returns `a::b` for `a/b.rs`.
fn module(file: &Path) -> String {
    let steps = file.with_extension("");
    let steps = steps.iter().map(|step| step.to_str().unwrap());
    steps.collect::<Vec<_>>().join("::")
}

/// Returns the test functions in a text.
fn functions(text: &str) -> Vec<String> {
    let marked = text.split("#[test]").skip(1);
    let marked = marked.chain(text.split("#[tokio::test").skip(1));
    let names = marked.filter_map(|rest| {
        let (_, rest) = rest.split_once("fn ")?;
        rest.split(['(', '<']).next().map(str::to_owned)
    });
    names.collect()
}

#[test]
fn every_case_says_what_must_happen_and_names_tests_that_exist() {
    let document = fs::read_to_string(root().join("docs/cases.md")).unwrap();
    let known = tests();
    let mut cases = BTreeSet::new();
    for row in rows(&document) {
        let [case, must, held_by] = row.as_slice() else {
            panic!("a row of three cells is wanted: {row:?}");
        };
        assert!(!case.is_empty() && !must.is_empty(), "{row:?}");
        assert!(cases.insert(case.to_owned()), "{case} is there twice");
        let named: Vec<_> = held_by.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "{case} is held by nothing");
        for test in named {
            assert!(known.contains(test), "{case}: there is no test {test}");
        }
    }
    assert!(cases.len() >= 100, "{}", cases.len());
    for chapter in CHAPTERS {
        assert!(document.contains(&format!("\n## {chapter}\n")), "{chapter}");
    }
}

#[test]
fn tests_are_found_by_their_modules() {
    let known = tests();
    for name in [
        "coverage::cases::tests_are_found_by_their_modules",
        "shared::protocol::patch::tests::a_malformed_operation_is_named",
        "certs::tests::gateway::hostile_paths_get_an_answer",
    ] {
        assert!(known.contains(name), "{name}");
    }
    assert!(!known.contains("coverage::cases::root"));
}
