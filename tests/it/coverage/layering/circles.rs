//! Circles of modules that use each other. A module and its submodules count as one.

use std::collections::{BTreeMap, BTreeSet};

use super::imports::Module;

type Graph = BTreeMap<String, BTreeSet<String>>;

/// Returns the groups of modules that can each be reached from the others.
pub(super) fn of(modules: &[Module]) -> Vec<Vec<String>> {
    let graph = graph(modules);
    let reached: Graph = graph
        .keys()
        .map(|name| (name.clone(), reachable(&graph, name)))
        .collect();
    let circle_of = |name: &String| {
        let others = reached[name].iter();
        let back = others.filter(|other| reached[*other].contains(name));
        back.cloned().collect::<Vec<_>>()
    };
    let circles: BTreeSet<_> = graph
        .keys()
        .map(circle_of)
        .filter(|circle| circle.len() > 1)
        .collect();
    circles.into_iter().collect()
}

fn graph(modules: &[Module]) -> Graph {
    let names: BTreeSet<_> = modules
        .iter()
        .map(|module| module.path.join("::"))
        .collect();
    let mut graph = Graph::new();
    for module in modules {
        let own = module.path.join("::");
        let targets = module.uses.iter().filter_map(|path| deepest(&names, path));
        let others = targets.filter(|other| !is_one(&own, other));
        graph.entry(own.clone()).or_default().extend(others);
    }
    graph
}

/// Returns the module that contains the end of a path.
fn deepest(names: &BTreeSet<String>, path: &[String]) -> Option<String> {
    let mut prefixes = (1..=path.len()).rev().map(|count| path[..count].join("::"));
    prefixes.find(|prefix| names.contains(prefix))
}

fn is_one(a: &str, b: &str) -> bool {
    let is_inside =
        |inner: &str, outer: &str| inner == outer || inner.starts_with(&format!("{outer}::"));
    is_inside(a, b) || is_inside(b, a)
}

fn reachable(graph: &Graph, from: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<_> = graph[from].iter().collect();
    while let Some(next) = open.pop() {
        if seen.insert(next.clone()) {
            open.extend(&graph[next]);
        }
    }
    seen
}

#[test]
fn a_circle_is_found_and_a_submodule_is_none() {
    let path = |text: &str| text.split("::").map(str::to_owned).collect::<Vec<_>>();
    let module = |own: &str, uses: &[&str]| Module {
        path: path(own),
        uses: uses.iter().map(|used| path(used)).collect(),
    };
    let modules = [
        module("a::one", &["a::two::Thing", "b::other"]),
        module("a::two", &["a::three"]),
        module("a::three", &["a::one::Other"]),
        module("a::three::inner", &["a::three::Outer"]),
        module("b::other", &["a::four"]),
        module("a::four", &[]),
    ];
    assert_eq!(of(&modules), [["a::one", "a::three", "a::two"]]);
}
