//! The record of the steps and their results.

use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use serde_json::{Value, json};

use crate::commands::progress;

/// A step failed. The journal says why.
#[derive(Debug)]
pub(super) struct Failed;

/// The steps so far. A terminal also shows the step under way.
#[derive(Debug)]
pub(super) struct Journal {
    steps: Vec<Step>,
    under_way: Option<&'static str>,
    bar: ProgressBar,
}

#[derive(Debug)]
struct Step {
    name: &'static str,
    took: Duration,
    /// What the step saw, or why it failed.
    outcome: Result<String, String>,
}

impl Default for Journal {
    fn default() -> Self {
        Self {
            steps: Vec::new(),
            under_way: None,
            bar: progress::bar("{spinner} {msg}"),
        }
    }
}

impl Journal {
    /// Runs a step, and notes what it saw or why it failed.
    pub(super) async fn step<T>(
        &mut self,
        name: &'static str,
        work: impl Future<Output = Result<(T, String), String>>,
    ) -> Result<T, Failed> {
        self.under_way = Some(name);
        self.bar.set_message(name);
        let started = Instant::now();
        let done = work.await;
        let (value, outcome) = match done {
            Ok((value, seen)) => (Ok(value), Ok(seen)),
            Err(why) => (Err(Failed), Err(why)),
        };
        self.note(name, started.elapsed(), outcome);
        value
    }

    /// Notes that the step under way was interrupted.
    pub(super) fn note_interruption(&mut self) {
        if let Some(name) = self.under_way {
            self.note(name, Duration::ZERO, Err("interrupted".to_owned()));
        }
    }

    fn note(&mut self, name: &'static str, took: Duration, outcome: Result<String, String>) {
        self.under_way = None;
        self.steps.push(Step {
            name,
            took,
            outcome,
        });
    }

    /// Returns why the run failed, or nothing after a success.
    pub(super) fn failure(&self) -> Option<String> {
        let failed = self.steps.iter().find(|step| step.outcome.is_err())?;
        let why = failed.outcome.as_ref().err()?;
        Some(format!("the step \"{}\" failed: {why}", failed.name))
    }

    /// Returns one line for each step.
    pub(super) fn text(&self) -> String {
        self.bar.finish_and_clear();
        let names = self.steps.iter().map(|step| step.name.len());
        let width = names.max().unwrap_or_default();
        let line = |step: &Step| {
            let (mark, seen) = match &step.outcome {
                Ok(seen) => ("ok", seen),
                Err(why) => ("FAILED", why),
            };
            let (name, ms) = (step.name, step.took.as_millis());
            format!("{mark:6} {ms:>6} ms  {name:width$}  {seen}\n")
        };
        self.steps.iter().map(line).collect()
    }

    /// Returns one object for each step.
    pub(super) fn json(&self) -> Value {
        let step = |step: &Step| {
            json!({
                "step": step.name,
                "ok": step.outcome.is_ok(),
                "ms": u64::try_from(step.took.as_millis()).unwrap_or(u64::MAX),
                "saw": step.outcome.as_ref().unwrap_or_else(|why| why),
            })
        };
        self.steps.iter().map(step).collect()
    }
}
