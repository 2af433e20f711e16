//! Ranges with both ends, either of which may be open.

use serde::Serialize;

/// From and to, both included; at least one of them is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Range<T>(Option<T>, Option<T>);

/// The range ends before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must not end before it begins")]
pub struct EndsBeforeItBegins;

impl<T: Ord + Copy> Range<T> {
    /// A range; none when both ends are open.
    ///
    /// # Errors
    /// [`EndsBeforeItBegins`].
    pub fn new(from: Option<T>, to: Option<T>) -> Result<Option<Self>, EndsBeforeItBegins> {
        match (from, to) {
            (None, None) => Ok(None),
            (Some(from), Some(to)) if from > to => Err(EndsBeforeItBegins),
            (from, to) => Ok(Some(Self(from, to))),
        }
    }

    /// The first value in it.
    pub fn from(self) -> Option<T> {
        self.0
    }

    /// The last value in it.
    pub fn to(self) -> Option<T> {
        self.1
    }

    /// Whether it holds `value`.
    pub fn contains(self, value: T) -> bool {
        self.0.is_none_or(|from| from <= value) && self.1.is_none_or(|to| value <= to)
    }
}
