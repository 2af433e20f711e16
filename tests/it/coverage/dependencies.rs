//! No package lists a dependency that its sources do not name.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::layering::sources;

/// Packages whose library has another name.
const LIBRARIES: [(&str, &str); 1] = [("dynoxide-rs", "dynoxide")];
/// Dependencies that only the code of a macro names.
const NAMED_BY_MACROS: [(&str, &str, &str); 2] = [
    ("credits", "utoipa-axum", "`guarded!` of shared"),
    (
        "expiration_rule_sets",
        "utoipa-axum",
        "`guarded!` of shared",
    ),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The packages of this workspace, as cargo tells them.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let mut metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    serde_json::from_value(metadata["packages"].take()).unwrap()
}

/// The folder of a package, from the root of the workspace.
fn folder(package: &Value) -> String {
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    let folder = manifest.parent().unwrap().strip_prefix(root()).unwrap();
    folder.display().to_string()
}

/// The words in the code of a package, outside of texts, without those of packages in folders
/// below it.
fn words(own: &str, folders: &[String]) -> BTreeSet<String> {
    let below = folders
        .iter()
        .filter(|other| Path::new(other).starts_with(own) && *other != own);
    let below: Vec<_> = below.map(|other| root().join(other)).collect();
    let mut words = BTreeSet::new();
    for path in sources(own) {
        if below.iter().any(|other| path.starts_with(other)) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let is_part_of_a_word = |c: char| c.is_alphanumeric() || c == '_';
        let outside_of_texts = code.flat_map(|line| line.split('"').step_by(2));
        let split = outside_of_texts.flat_map(|text| text.split(|c| !is_part_of_a_word(c)));
        words.extend(split.map(str::to_owned));
    }
    words
}

fn library(dependency: &str) -> String {
    let other = LIBRARIES.iter().find(|(package, _)| *package == dependency);
    other
        .map_or(dependency, |(_, library)| library)
        .replace('-', "_")
}

#[test]
fn every_dependency_of_a_package_is_named_in_its_sources() {
    let packages = packages();
    let folders: Vec<String> = packages.iter().map(folder).collect();
    let mut unused = Vec::new();
    for package in &packages {
        let name = package["name"].as_str().unwrap();
        let words = words(&folder(package), &folders);
        for dependency in package["dependencies"].as_array().unwrap() {
            let dependency = dependency["name"].as_str().unwrap();
            let is_named = words.contains(&library(dependency));
            let is_excepted = NAMED_BY_MACROS
                .iter()
                .any(|(by, named, _)| (*by, *named) == (name, dependency));
            if is_named == is_excepted {
                unused.push(format!("{name}: {dependency}"));
            }
        }
    }
    assert_eq!(
        unused,
        Vec::<String>::new(),
        "remove these, or the exception"
    );
}

#[test]
fn every_dependency_of_the_workspace_belongs_to_a_package() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let listed = manifest
        .lines()
        .skip_while(|line| *line != "[workspace.dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name.to_owned());
    let listed: BTreeSet<String> = listed.collect();
    let packages = packages();
    let dependencies = packages
        .iter()
        .flat_map(|package| package["dependencies"].as_array().unwrap());
    let used = dependencies.map(|dependency| dependency["name"].as_str().unwrap().to_owned());
    let used: BTreeSet<String> = used.collect();
    assert!(listed.len() > 20, "the manifest was not read");
    assert_eq!(
        listed.difference(&used).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
}
