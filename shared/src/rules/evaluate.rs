//! The way from a rule set to a decision.

use jiff::civil::Date;

use super::conditions::Trial;
use super::decision::Decision;
use super::error::RuleError;
use super::explanation::{Diary, RuleTrace};
use super::facts::Facts;
use super::recorder::{Nobody, Recorder};
use crate::model::rule_set::RuleSetBody;

/// What the first enabled rule whose conditions hold decides, or else the default, for somebody who
/// buys on `date`. `join_date` is what fixed expiration dates go by; `date` unless given.
///
/// # Errors
/// [`RuleError::Inactive`]; [`RuleError::TooMuchWork`] for rules and facts made to be slow.
pub fn evaluate(
    rule_set: &RuleSetBody,
    facts: &Facts,
    date: Date,
    join_date: Option<Date>,
) -> Result<Decision, RuleError> {
    let mut trial = Trial::new(facts, Nobody);
    decide(rule_set, &mut trial, date, join_date)
}

/// The same decision, with what was seen on the way: every leaf of every rule tried, also those
/// that could not have changed the result.
///
/// # Errors
/// As [`evaluate`]; looking at more leaves, it may find too much work where [`evaluate`] does not.
pub fn explain(
    rule_set: &RuleSetBody,
    facts: &Facts,
    date: Date,
    join_date: Option<Date>,
) -> Result<(Decision, Vec<RuleTrace>), RuleError> {
    let mut trial = Trial::new(facts, Diary::default());
    let decision = decide(rule_set, &mut trial, date, join_date)?;
    Ok((decision, trial.recorder.into_traces()))
}

fn decide<'a, R: Recorder>(
    rule_set: &'a RuleSetBody,
    trial: &mut Trial<'a, R>,
    date: Date,
    joined: Option<Date>,
) -> Result<Decision, RuleError> {
    if !rule_set.is_active() {
        return Err(RuleError::Inactive);
    }
    let rules = rule_set.rules().iter().enumerate();
    for (position, rule) in rules.filter(|(_, rule)| rule.is_enabled()) {
        trial.recorder.rule_starts(position, rule);
        let held = trial.group(rule.matching_conditions())?;
        trial.recorder.rule_ends(held);
        if held {
            return Ok(Decision::of(
                rule.expiration_options(),
                Some(rule.name()),
                date,
                joined,
            ));
        }
    }
    Ok(Decision::of(
        rule_set.default_expiration_options(),
        None,
        date,
        joined,
    ))
}
