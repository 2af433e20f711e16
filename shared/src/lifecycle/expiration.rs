//! Asks the rules for the expiration of a credit, and puts the decision into the credit, which
//! keeps it.

use crate::base::error::{ConflictCode, Error, Violation};
use crate::base::json;
use crate::model::credit::Credit;
use crate::model::credit_decision::CreditDecision;
use crate::model::date::CivilDate;
use crate::model::id::RuleSetId;
use crate::model::rule_set::ExpirationRuleSet;
use crate::rules::{Decision, Facts, Periods, Reinstatement, RuleError, evaluate};

/// The start of a `sys_directive` that asks for a rule set.
const DIRECTIVE: &str = "expiration_rule_set:";

/// Returns the rule set that the credit's directive asks for. A credit with an expiration date asks
/// for none.
///
/// # Errors
/// `validation-failed` when the id in the directive is not a possible id.
pub fn requested_rule_set(credit: &Credit) -> Result<Option<RuleSetId>, Error> {
    if credit.details.expiration_date.is_some() {
        return Ok(None);
    }
    let directive = credit
        .system
        .client
        .sys_directive
        .as_deref()
        .unwrap_or_default();
    let id = directive
        .strip_prefix(DIRECTIVE)
        .map(|id| id.parse::<RuleSetId>());
    id.transpose()
        .map_err(|error| refused(&format!("names a rule set id that {error}")))
}

/// The refusal of a directive whose rule set does not exist.
pub fn unknown_rule_set() -> Error {
    refused("names a rule set that is not there")
}

fn refused(message: &str) -> Error {
    Violation::new("/sys_directive", message).into()
}

/// Sets the expiration that the rule set decides for the credit. The facts are the credit's fields
/// by name, and the term is counted from its `date`.
///
/// # Errors
/// `rule-set-inactive`, and the errors of the rules engine.
pub fn decide_expiration(credit: Credit, rule_set: &ExpirationRuleSet) -> Result<Credit, Error> {
    let facts = facts(&credit)?;
    let date = credit.details.date.date();
    let decision = evaluate(&rule_set.body, &facts, date, None).map_err(refusal)?;
    Ok(credit.with_decision(credit_decision(&decision, rule_set)?))
}

fn facts(credit: &Credit) -> Result<Facts, Error> {
    let mut fields = json::object(&credit.details)?;
    fields.insert("id".to_owned(), credit.id.as_str().into());
    Ok(Facts::new(fields))
}

/// Turns an error of the rules engine into a refusal for the client.
pub fn refusal(error: RuleError) -> Error {
    match error {
        RuleError::Inactive => Error::conflict(
            ConflictCode::RuleSetInactive,
            "the rule set is not active; activate it or use another",
        ),
        RuleError::TooMuchWork => Error::invalid_request(error.to_string()),
    }
}

fn credit_decision(
    decision: &Decision,
    rule_set: &ExpirationRuleSet,
) -> Result<CreditDecision, Error> {
    let (allows_reinstatement, reinstatement_days) = match decision.periods.reinstatement {
        Reinstatement::NotAllowed => (false, None),
        Reinstatement::Days(days) => (true, Some(days)),
        Reinstatement::OpenEnded => (true, None),
    };
    let has_grace = decision.periods.grace_days > 0;
    let grace_ends = has_grace.then(|| CivilDate::try_from(decision.grace_period_ends()));
    Ok(CreditDecision {
        rule_set_id: rule_set.id.clone(),
        rule_set_version: rule_set.system.sys_version,
        rule: decision.matched_rule.clone(),
        expiration_date: decision
            .expiration_date
            .try_into()
            .map_err(Error::internal)?,
        grace_ends: grace_ends.transpose().map_err(Error::internal)?,
        grace_days: decision.periods.grace_days,
        allows_reinstatement,
        reinstatement_days,
    })
}

/// Returns the periods after the last valid day of a credit: those of its decision, or none.
pub fn periods(decision: Option<&CreditDecision>) -> Periods {
    decision.map_or(Periods::NONE, |decision| Periods {
        grace_days: decision.grace_days,
        reinstatement: Reinstatement::new(
            decision.allows_reinstatement,
            decision.reinstatement_days,
        ),
    })
}
