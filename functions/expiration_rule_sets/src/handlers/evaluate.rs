//! `evaluate_rule_set`: evaluates a rule set for some facts, and explains the decision.
//!
//! Contract: `docs/expiration.md#5-evaluate`.

use serde::Serialize;
use shared::base::error::Error;
use shared::base::json::{self, Input, Object, reader};
use shared::http::body::ApiJson;
use shared::http::path::ApiPath;
use shared::http::problem::Problem;
use shared::http::response::Json;
use shared::http::session::Reader;
use shared::lifecycle::expiration::refusal;
use shared::model::date::CivilDate;
use shared::model::id::RuleSetId;
use shared::model::rule_set::ExpirationRuleSet;
use shared::rules::{Decision, Facts, RuleTrace, Standing, explain};
use utoipa::ToSchema;

use crate::handlers::MAX_RULE_SET_LEVELS;
use crate::handlers::path::RuleSetPath;

/// The facts and dates to evaluate a rule set for.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    /// The values that the conditions are compared with, by name.
    #[schema(value_type = Object)]
    facts: Facts,
    /// The day from which the term is counted.
    date: CivilDate,
    /// The day by which fixed expiration dates are chosen; `date` by default.
    join_date: Option<CivilDate>,
    /// The day on which to tell the standing too.
    as_of: Option<CivilDate>,
}

/// The decision of a rule set, and its explanation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Evaluation {
    /// The rule set.
    rule_set_id: RuleSetId,
    /// The version of the rule set.
    rule_set_version: u64,
    /// The rule that matched; null when the default decided.
    matched_rule: Option<String>,
    /// The first day of the term.
    term_start: CivilDate,
    /// The last valid day.
    expiration_date: CivilDate,
    /// The last day of grace.
    grace_period_ends: CivilDate,
    /// The last day of reinstatement; null when there is no reinstatement, or it has no end.
    reinstatement_ends: Option<CivilDate>,
    /// The standing on `as_of`.
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<Standing>,
    /// Each rule that was tried, leaf by leaf.
    #[schema(value_type = Vec<Object>)]
    conditions: Vec<RuleTrace>,
}

/// Evaluates a rule set for facts and a date, and tells for each comparison which value it saw and
/// whether it held. Stores nothing.
#[utoipa::path(
    post,
    path = "/expirationRuleSets/{tenantId}/{id}/evaluate",
    operation_id = "evaluate_rule_set",
    tag = "expiration rule sets",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("id" = String, Path, description = "The rule set"),
    ),
    request_body(content = Question, example = json!({
        "facts": {"origin": "certification activity", "quantity": 2.5},
        "date": "2026-03-14",
        "as_of": "2027-04-01",
    })),
    responses(
        (status = 200, description = "The decision, and why", body = Evaluation),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn evaluate_rule_set(
    Reader(session): Reader,
    ApiPath(path): ApiPath<RuleSetPath>,
    ApiJson(body): ApiJson<MAX_RULE_SET_LEVELS>,
) -> Result<Json<Evaluation>, Error> {
    let question = Question::parse(body)?;
    let rule_set = session.rule_sets().find(path.id.as_str()).await?;
    let date = question.date.date();
    let join_date = question.join_date.map(CivilDate::date);
    let (decision, conditions) =
        explain(&rule_set.body, &question.facts, date, join_date).map_err(refusal)?;
    let evaluation = evaluation(rule_set, &decision, conditions, question.as_of)?;
    Ok(Json(evaluation))
}

impl Question {
    fn parse(body: Object) -> Result<Self, Error> {
        json::validate(body, Self::read).map_err(Error::validation_failed)
    }

    fn read(input: Input<'_>) -> Option<Self> {
        let mut fields = input.fields()?;
        let facts = fields.required("facts", reader::object);
        let date = fields.required("date", reader::parsed);
        let join_date = fields.optional("join_date", reader::parsed);
        let as_of = fields.optional("as_of", reader::parsed);
        fields.finish();
        Some(Self {
            facts: Facts::new(facts?),
            date: date?,
            join_date,
            as_of,
        })
    }
}

fn evaluation(
    rule_set: ExpirationRuleSet,
    decision: &Decision,
    conditions: Vec<RuleTrace>,
    as_of: Option<CivilDate>,
) -> Result<Evaluation, Error> {
    let civil = |date| CivilDate::try_from(date).map_err(Error::internal);
    Ok(Evaluation {
        rule_set_id: rule_set.id,
        rule_set_version: rule_set.system.sys_version,
        matched_rule: decision.matched_rule.clone(),
        term_start: civil(decision.term_start)?,
        expiration_date: civil(decision.expiration_date)?,
        grace_period_ends: civil(decision.grace_period_ends())?,
        reinstatement_ends: decision.reinstatement_ends().map(civil).transpose()?,
        standing: as_of.map(|day| decision.standing(day.date())),
        conditions,
    })
}
