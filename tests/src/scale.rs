//! How much the longest tests do: all of it where nobody waits.

use std::env;

/// Whether the longest tests are done in full: where `CI` or `FULL` is set.
pub fn is_full() -> bool {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    is_set("CI") || is_set("FULL")
}

/// Whether somebody asked for all that a test can do, however long it takes: where `FULL` is set.
pub fn is_asked_for_all() -> bool {
    env::var_os("FULL").is_some_and(|value| !value.is_empty())
}

/// `full` where they are; elsewhere `small`, so that a run on the way takes minutes.
pub fn full_or(full: usize, small: usize) -> usize {
    if is_full() { full } else { small }
}
