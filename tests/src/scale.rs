//! The size of the longest tests: full in CI or on request.

use std::env;

/// Tells whether the longest tests run in full: when `CI` or `FULL` is set.
pub fn is_full() -> bool {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    is_set("CI") || is_set("FULL")
}

/// Tells whether tests run in full however long they take: when `FULL` is set.
pub fn is_asked_for_all() -> bool {
    env::var_os("FULL").is_some_and(|value| !value.is_empty())
}

/// Returns `full` when the longest tests run in full, else `small`, so that a run takes minutes.
pub fn full_or(full: usize, small: usize) -> usize {
    if is_full() { full } else { small }
}
