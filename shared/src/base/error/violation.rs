//! The violations of a request. They are bounded, however many there are and however long their
//! texts.

use std::fmt::{self, Display, Write};

use serde::Serialize;
use utoipa::ToSchema;

/// The most violations that an answer names: an answer must not grow with what a client sends.
pub const MAX_VIOLATIONS: usize = 100;
/// The most bytes of a client's text that an answer repeats.
pub const MAX_ECHO_BYTES: usize = 512;

/// Returns the text of `value`. A text over [`MAX_ECHO_BYTES`] is cut there and ends with `…`.
pub fn shortened(value: impl Display) -> String {
    let mut echo = Echo::default();
    // An error says that the text is full, which `Echo` marks itself.
    write!(echo, "{value}").ok();
    echo.0
}

/// A text that takes [`MAX_ECHO_BYTES`] and then refuses more.
#[derive(Default)]
struct Echo(String);

impl Write for Echo {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = MAX_ECHO_BYTES.saturating_sub(self.0.len());
        if text.len() <= room {
            self.0.push_str(text);
            return Ok(());
        }
        let (fits, _) = text.split_at(text.floor_char_boundary(room));
        self.0.push_str(fits);
        self.0.push('…');
        Err(fmt::Error)
    }
}

/// One fault in what a client sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
// The name that the OpenAPI document has for it, which generated clients depend on.
#[schema(as = Fault)]
pub struct Violation {
    /// RFC 6901 pointer to the bad value; empty for the whole document.
    pub pointer: String,
    /// What is wrong with the value, and what would be right.
    pub message: String,
}

impl Violation {
    /// Makes a violation at `pointer`. Both texts are [`shortened`].
    pub fn new(pointer: impl Display, message: impl Display) -> Self {
        Self {
            pointer: shortened(pointer),
            message: shortened(message),
        }
    }
}

/// The violations of one request: the first [`MAX_VIOLATIONS`], and the number of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations {
    named: Vec<Violation>,
    count: usize,
}

impl Violations {
    /// Adds a violation. Its texts are written only if an answer will name it.
    pub fn add(&mut self, pointer: impl Display, message: impl Display) {
        self.count += 1;
        if self.named.len() < MAX_VIOLATIONS {
            self.named.push(Violation::new(pointer, message));
        }
    }

    /// Returns the first [`MAX_VIOLATIONS`], in the order in which they were added.
    pub fn named(&self) -> &[Violation] {
        &self.named
    }

    /// Returns the number of all violations.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Returns `value` if nothing was added.
    ///
    /// # Errors
    /// The violations themselves.
    pub fn none_or<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.count == 0 => Ok(value),
            Some(_) | None => Err(self),
        }
    }
}

impl From<Vec<Violation>> for Violations {
    fn from(mut named: Vec<Violation>) -> Self {
        let count = named.len();
        named.truncate(MAX_VIOLATIONS);
        Self { named, count }
    }
}

impl From<Violation> for Violations {
    fn from(only: Violation) -> Self {
        Self::from(vec![only])
    }
}

impl From<Violations> for Vec<Violation> {
    fn from(violations: Violations) -> Self {
        violations.named
    }
}
