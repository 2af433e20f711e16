//! Compares a measured value with its maximum.

use std::fmt;

/// One target, and the measured value.
#[derive(Debug)]
pub(crate) struct Target {
    what: String,
    value: f64,
    most: f64,
    unit: &'static str,
    depends_on_time: bool,
}

impl Target {
    /// Makes a target of memory or size. The value is the same on every machine, so it must be met.
    pub(crate) fn fixed(what: String, value: f64, most: f64, unit: &'static str) -> Self {
        Self {
            what,
            value,
            most,
            unit,
            depends_on_time: false,
        }
    }

    /// Makes a target of time.
    pub(crate) fn timed(what: String, value: f64, most: f64, unit: &'static str) -> Self {
        Self {
            depends_on_time: true,
            ..Self::fixed(what, value, most, unit)
        }
    }

    /// Tells whether a target was missed that does not depend on time.
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
