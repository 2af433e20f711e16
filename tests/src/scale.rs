//! The size of the longest tests: small in everyday runs, larger in CI, and full on request.

use std::env;

/// Tells whether `CI` or `FULL` is set: then the tests prove all that a run can wait for.
pub fn is_full() -> bool {
    is_set("CI") || is_asked_for_all()
}

/// Returns the number of cases that a test tries: `everyday`, `ci` when `CI` is set, or `all` when
/// `FULL` is set.
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
