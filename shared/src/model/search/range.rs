//! Ranges that may be open at one end.

use serde::Serialize;

/// A range from and to a value, both included. At least one of them is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Range<T>(Option<T>, Option<T>);

/// The range ends before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must not end before it begins")]
pub struct EndsBeforeItBegins;

impl<T: Ord + Copy> Range<T> {
    /// Makes a range; none if both ends are open.
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

    /// Returns the first value of the range.
    pub fn from(self) -> Option<T> {
        self.0
    }

    /// Returns the last value of the range.
    pub fn to(self) -> Option<T> {
        self.1
    }

    /// Returns whether `value` is in the range.
    pub fn contains(self, value: T) -> bool {
        self.0.is_none_or(|from| from <= value) && self.1.is_none_or(|to| value <= to)
    }
}
