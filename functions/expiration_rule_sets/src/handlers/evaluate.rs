//! `evaluate_rule_set`: what a rule set decides for some facts, and why.
//!
//! Contract: `docs/expiration.md#5-evaluate`.

use serde::{Deserialize, Serialize};
use shared::base::error::{Error, Violation};
use shared::base::json::{self, Object};
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

/// What to evaluate.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    /// What the conditions are held against, by name.
    #[schema(value_type = Object)]
    facts: Option<Object>,
    /// The day that the term is counted from.
    date: Option<CivilDate>,
    /// The day that fixed expiration dates go by; `date` by default.
    join_date: Option<CivilDate>,
    /// Tells the standing on this day too.
    as_of: Option<CivilDate>,
}

/// What a rule set decides, and why.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Evaluation {
    /// The rule set.
    rule_set_id: RuleSetId,
    /// Its version.
    rule_set_version: u64,
    /// The rule that matched; null when the default decided.
    matched_rule: Option<String>,
    /// The first day of the term.
    term_start: CivilDate,
    /// The last valid day.
    expiration_date: CivilDate,
    /// The last day of grace.
    grace_period_ends: CivilDate,
    /// The last day of reinstatement; null when there is none, or no end.
    reinstatement_ends: Option<CivilDate>,
    /// The standing on `as_of`.
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<Standing>,
    /// Each rule that was tried, leaf by leaf.
    #[schema(value_type = Vec<Object>)]
    conditions: Vec<RuleTrace>,
}

/// Evaluates a rule set for facts and a date, and says leaf by leaf which value was seen and whether
/// it held. Nothing is stored.
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
    let Query {
        facts,
        date,
        join_date,
        as_of,
    } = question;
    let join_date = join_date.map(CivilDate::date);
    let (decision, conditions) =
        explain(&rule_set.body, &facts, date.date(), join_date).map_err(refusal)?;
    Ok(Json(evaluation(rule_set, &decision, conditions, as_of)?))
}

/// A question with all that it needs.
struct Query {
    facts: Facts,
    date: CivilDate,
    join_date: Option<CivilDate>,
    as_of: Option<CivilDate>,
}

impl Question {
    fn parse(body: Object) -> Result<Query, Error> {
        let question: Self = json::decode(body)?;
        let missing = |name: &str| Violation::new(json::child("", name), "is required");
        match (question.facts, question.date) {
            (Some(facts), Some(date)) => Ok(Query {
                facts: Facts::new(facts),
                date,
                join_date: question.join_date,
                as_of: question.as_of,
            }),
            (facts, date) => {
                let no_facts = facts.is_none().then(|| missing("facts"));
                let no_date = date.is_none().then(|| missing("date"));
                Err(Error::validation_failed(
                    no_facts.into_iter().chain(no_date).collect(),
                ))
            }
        }
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
