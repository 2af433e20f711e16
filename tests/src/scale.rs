//! How much the longest tests do: little on the way, more in CI, everything where somebody asks for it.

use std::env;

/// Whether a run is to prove all that it can wait for: where `CI` or `FULL` is set.
pub fn is_full() -> bool {
    is_set("CI") || is_asked_for_all()
}

/// How many cases a test tries: `everyday`, or `ci` where `CI` is set, or `all` where `FULL` is set,
/// however long that takes.
pub fn cases(everyday: usize, ci: usize, all: usize) -> usize {
    if is_asked_for_all() {
        all
    } else if is_set("CI") {
        ci
    } else {
        everyday
    }
}

fn is_asked_for_all() -> bool {
    is_set("FULL")
}

fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty())
}
