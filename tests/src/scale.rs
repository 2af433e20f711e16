//! How much the longest tests do: all of it where nobody waits.

use std::env;

/// `full` where `CI` or `FULL` is set; elsewhere `small`, so that a run on the way takes two minutes.
pub fn full_or(full: usize, small: usize) -> usize {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    if is_set("CI") || is_set("FULL") {
        full
    } else {
        small
    }
}
