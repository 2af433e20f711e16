//! Reads from a module's source what it uses: each `use` with its groups, and each path in the
//! code.

use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Attribute, ItemMod, ItemUse, Macro, UseTree};

use crate::coverage::sources;

/// The deployed crates of the workspace, and their folders.
const CRATES: [(&str, &str); 6] = [
    ("shared", "shared/src"),
    ("authorizer", "functions/authorizer/src"),
    ("credits", "functions/credits/src"),
    ("expiration_rule_sets", "functions/expiration_rule_sets/src"),
    ("expiration_sweep", "functions/expiration_sweep/src"),
    ("certs", "cli/src"),
];

/// A module of the workspace.
pub(super) struct Module {
    /// The module's path, the crate first.
    pub(super) path: Vec<String>,
    /// The paths that it uses. Paths of the workspace begin with the crate.
    pub(super) uses: Vec<Vec<String>>,
}

impl Module {
    /// Returns the room of the module.
    pub(super) fn room(&self) -> String {
        match self.path.split_first() {
            Some((first, rest)) if first == "shared" => room_of(&rest.join("::")),
            Some((first, _)) => first.clone(),
            None => String::new(),
        }
    }
}

/// Returns the room of a path in `shared`.
pub(super) fn room_of(path: &str) -> String {
    let mut parts = path.split("::");
    let first = parts.next().unwrap_or_default();
    match parts.next() {
        Some(inner @ ("store" | "records")) if first == "repository" => {
            format!("repository::{inner}")
        }
        _ => first.to_owned(),
    }
}

/// Tells whether a crate is a deployed one of the workspace.
pub(super) fn is_shipped(name: &str) -> bool {
    CRATES.iter().any(|(own, _)| *own == name)
}

/// Returns every module of the deployed crates, without tests and crate roots.
pub(super) fn modules() -> Vec<Module> {
    let of_crate = |(name, folder): &(&str, &str)| {
        let files = sources(folder)
            .into_iter()
            .filter(|file| !is_of_tests(file));
        let read = files.map(|file| module(name, folder, &file));
        read.collect::<Vec<_>>()
    };
    let all = CRATES.iter().flat_map(of_crate);
    all.filter(|module| module.path.len() > 1 || module.path[0] != "shared")
        .collect()
}

fn is_of_tests(file: &Path) -> bool {
    let name = file.file_stem().unwrap().to_str().unwrap();
    name == "tests" || name == "samples" || name.ends_with("_tests")
}

fn module(name: &str, folder: &str, file: &PathBuf) -> Module {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .join(folder);
    let inside = file.strip_prefix(root).unwrap().with_extension("");
    let parts = inside.iter().map(|part| part.to_str().unwrap().to_owned());
    let own = parts.filter(|part| part != "lib" && part != "main");
    let path: Vec<_> = [name.to_owned()].into_iter().chain(own).collect();
    let mut reader = Reader {
        module: &path,
        uses: Vec::new(),
    };
    let text = fs::read_to_string(file).unwrap();
    reader.visit_file(&syn::parse_file(&text).unwrap());
    let uses = reader.uses;
    Module { path, uses }
}

struct Reader<'a> {
    module: &'a [String],
    uses: Vec<Vec<String>>,
}

impl Reader<'_> {
    fn add(&mut self, path: Vec<String>) {
        let climbs = path.iter().take_while(|part| *part == "super").count();
        let (base, rest) = match path.first().map(String::as_str) {
            Some("crate") => (&self.module[..1], &path[1..]),
            Some("self") => (self.module, &path[1..]),
            Some("super") => (&self.module[..self.module.len() - climbs], &path[climbs..]),
            _ => (&[][..], &path[..]),
        };
        self.uses.push([base, rest].concat());
    }

    fn add_tree(&mut self, so_far: &[String], tree: &UseTree) {
        let joined = |name: &syn::Ident| [so_far, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.add_tree(&joined(&path.ident), &path.tree),
            UseTree::Group(group) => {
                let trees = group.items.iter();
                trees.for_each(|tree| self.add_tree(so_far, tree));
            }
            UseTree::Name(name) if name.ident == "self" => self.add(so_far.to_vec()),
            UseTree::Name(name) => self.add(joined(&name.ident)),
            UseTree::Rename(rename) => self.add(joined(&rename.ident)),
            UseTree::Glob(_) => self.add(so_far.to_vec()),
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if !is_test(&item.attrs) {
            self.add_tree(&[], &item.tree);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts = path.segments.iter().map(|part| part.ident.to_string());
        self.add(parts.collect());
        visit::visit_path(self, path);
    }

    // The tokens of a macro are not parsed as paths. Paths that begin with a crate are found in the
    // text.
    fn visit_macro(&mut self, called: &'ast Macro) {
        let text = called.tokens.to_string().replace(" :: ", "::");
        let words =
            text.split(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != ':');
        for word in words.filter(|word| word.contains("::")) {
            self.add(
                word.trim_matches(':')
                    .split("::")
                    .map(str::to_owned)
                    .collect(),
            );
        }
        visit::visit_macro(self, called);
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    let mut lists = attributes
        .iter()
        .filter_map(|attribute| attribute.meta.require_list().ok());
    lists.any(|list| list.path.is_ident("cfg") && list.tokens.to_string() == "test")
}
