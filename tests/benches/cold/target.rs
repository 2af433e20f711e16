//! What was measured beside what it should be at most.

use std::fmt;

/// One target, and how far it was met.
#[derive(Debug)]
pub(crate) struct Target {
    what: String,
    value: f64,
    most: f64,
    unit: &'static str,
    depends_on_time: bool,
}

impl Target {
    /// Of memory or size: the same on every machine, so it must be met.
    pub(crate) fn fixed(what: String, value: f64, most: f64, unit: &'static str) -> Self {
        Self {
            what,
            value,
            most,
            unit,
            depends_on_time: false,
        }
    }

    /// Of time.
    pub(crate) fn timed(what: String, value: f64, most: f64, unit: &'static str) -> Self {
        Self {
            depends_on_time: true,
            ..Self::fixed(what, value, most, unit)
        }
    }

    /// Whether it was missed, though it does not depend on time.
    pub(crate) fn is_broken(&self) -> bool {
        self.is_over() && !self.depends_on_time
    }

    fn is_over(&self) -> bool {
        self.value > self.most
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.is_over() { "over" } else { "pass" };
        let Self {
            what,
            value,
            most,
            unit,
            ..
        } = self;
        write!(
            f,
            "{verdict}  {what}: {value:.2} {unit}, at most {most} {unit}"
        )
    }
}
