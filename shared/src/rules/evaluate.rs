//! Evaluates a rule set.

use jiff::civil::Date;

use super::conditions::Evaluation;
use super::decision::Decision;
use super::error::RuleError;
use super::explanation::{RuleTrace, TraceRecorder};
use super::facts::Facts;
use super::recorder::{NoRecorder, Recorder};
use crate::model::rule_set::RuleSetBody;

/// Returns the decision for a credit earned on `date`: by the first enabled rule whose conditions
/// hold, or else by the default. Fixed expiration dates go by `join_date`; without it, by `date`.
///
/// ```
/// use jiff::civil::date;
/// use serde_json::json;
/// use shared::model::rule_set::RuleSetBody;
/// use shared::rules::{Facts, evaluate};
///
/// let two_years = json!({"expiration_type": "calendar",
///     "calendar_expiration_options": {"number_of_years": 2}});
/// let document = json!({
///     "name": "by origin",
///     "rules": [{
///         "name": "webinars",
///         "matching_conditions": {"all": [
///             {"fact": "origin", "operator": "equal", "value": "certification activity"},
///         ]},
///         "expiration_options": two_years,
///     }],
///     "default_expiration_options": {
///         "expiration_type": "calendar", "calendar_expiration_options": {},
///     },
/// });
/// let set = RuleSetBody::parse(document.as_object().unwrap().clone()).unwrap();
///
/// let facts = json!({"origin": "certification activity"});
/// let facts = Facts::new(facts.as_object().unwrap().clone());
/// let decision = evaluate(&set, &facts, date(2026, 3, 14), None).unwrap();
/// assert_eq!(decision.matched_rule.as_deref(), Some("webinars"));
/// assert_eq!(decision.expiration_date, date(2027, 12, 31));
///
/// let decision = evaluate(&set, &Facts::default(), date(2026, 3, 14), None).unwrap();
/// assert_eq!(decision.matched_rule, None);
/// assert_eq!(decision.expiration_date, date(2026, 12, 31));
/// ```
///
/// # Errors
/// [`RuleError::Inactive`]; [`RuleError::TooMuchWork`] for rules and facts made to be slow.
pub fn evaluate(
    rule_set: &RuleSetBody,
    facts: &Facts,
    date: Date,
    join_date: Option<Date>,
) -> Result<Decision, RuleError> {
    let mut evaluation = Evaluation::new(facts, NoRecorder);
    decide(rule_set, &mut evaluation, date, join_date)
}

/// Returns the same decision with its explanation: every leaf of every rule that was tried, also
/// the leaves that could not have changed the result.
///
/// # Errors
/// The errors of [`evaluate`]. An explanation looks at more leaves, so it may be too much work
/// where the decision alone is not.
pub fn explain(
    rule_set: &RuleSetBody,
    facts: &Facts,
    date: Date,
    join_date: Option<Date>,
) -> Result<(Decision, Vec<RuleTrace>), RuleError> {
    let mut evaluation = Evaluation::new(facts, TraceRecorder::default());
    let decision = decide(rule_set, &mut evaluation, date, join_date)?;
    Ok((decision, evaluation.recorder.into_traces()))
}

fn decide<'a, R: Recorder>(
    rule_set: &'a RuleSetBody,
    evaluation: &mut Evaluation<'a, R>,
    date: Date,
    joined: Option<Date>,
) -> Result<Decision, RuleError> {
    if !rule_set.is_active() {
        return Err(RuleError::Inactive);
    }
    let rules = rule_set.rules().iter().enumerate();
    for (position, rule) in rules.filter(|(_, rule)| rule.is_enabled()) {
        evaluation.recorder.rule_starts(position, rule);
        let held = evaluation.group(rule.matching_conditions())?;
        evaluation.recorder.rule_ends(held);
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
