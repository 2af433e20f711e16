//! Modules that need each other: siblings, since a module and the modules inside of it are one.

use std::collections::{BTreeMap, BTreeSet};

use super::imports::Module;

/// The circles that are left.
pub(super) const KNOWN: [&[&str]; 0] = [];

type Graph = BTreeMap<String, BTreeSet<String>>;

/// The groups of modules each of which can be reached from each other one.
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

/// The module in which the end of a path is.
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
