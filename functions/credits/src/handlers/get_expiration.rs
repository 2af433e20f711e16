//! `get_credit_expiration`: the standing of a credit.
//!
//! Contract: `docs/expiration.md#62-asking-for-a-credits-standing`.

use serde::{Deserialize, Serialize};
use shared::base::error::Error;
use shared::http::path::ApiPath;
use shared::http::problem::Problem;
use shared::http::query::ApiQuery;
use shared::http::response::Json;
use shared::http::session::Reader;
use shared::lifecycle::expiration::periods;
use shared::model::credit::Credit;
use shared::model::credit_decision::CreditDecision;
use shared::model::date::CivilDate;
use shared::model::id::RuleSetId;
use shared::rules::Standing;
use utoipa::{IntoParams, ToSchema};

use crate::handlers::path::CreditPath;

/// The day in question.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AsOfQuery {
    /// The day to return the standing for; today in the tenant's time zone by default.
    #[serde(rename = "asOf")]
    #[param(rename = "asOf", value_type = Option<String>, format = Date)]
    as_of: Option<String>,
}

/// The standing of a credit on a day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CreditStanding {
    /// Active, in grace, reinstatable or expired.
    standing: Standing,
    /// The last valid day; null when the credit does not expire.
    expiration_date: Option<CivilDate>,
    /// The last day of grace; null when the credit does not expire.
    grace_period_ends: Option<CivilDate>,
    /// The last day of reinstatement; null when there is none, or no end.
    reinstatement_ends: Option<CivilDate>,
    /// The rule set that decided the expiration; null when a client set the date.
    decided_by: Option<DecidedBy>,
}

/// The rule set that decided the expiration.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DecidedBy {
    /// The id of the rule set.
    rule_set_id: RuleSetId,
    /// The version of the rule set at that time.
    rule_set_version: u64,
    /// The rule that matched; null when the default decided.
    rule: Option<String>,
}

/// Returns the standing of a credit: active, in grace, reinstatable or expired, and what decided
/// it.
#[utoipa::path(
    get,
    path = "/credits/{tenantId}/{id}/expiration",
    operation_id = "get_credit_expiration",
    tag = "credits",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("id" = String, Path, description = "The credit"),
        AsOfQuery,
    ),
    responses(
        (status = 200, description = "Where it stands", body = CreditStanding),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get_credit_expiration(
    Reader(session): Reader,
    ApiPath(path): ApiPath<CreditPath>,
    ApiQuery(query): ApiQuery<AsOfQuery>,
) -> Result<Json<CreditStanding>, Error> {
    let asked = query.as_of.as_deref().map(as_of).transpose()?;
    let credit = session.credits().find(path.id.as_str()).await?;
    let day = match asked {
        Some(day) => day,
        None => session.today().await?,
    };
    Ok(Json(standing(credit, day)?))
}

fn as_of(text: &str) -> Result<CivilDate, Error> {
    text.parse()
        .map_err(|error| Error::invalid_parameter("asOf", error))
}

fn standing(credit: Credit, day: CivilDate) -> Result<CreditStanding, Error> {
    let periods = periods(credit.decision.as_ref());
    let last_day = credit.details.expiration_date.map(CivilDate::date);
    let civil = |date: Option<_>| date.map(CivilDate::try_from).transpose();
    let grace_period_ends = civil(last_day.map(|day| periods.grace_ends(day)));
    let reinstatement_ends = civil(last_day.and_then(|day| periods.reinstatement_ends(day)));
    Ok(CreditStanding {
        standing: periods.standing(last_day, day.date()),
        expiration_date: credit.details.expiration_date,
        grace_period_ends: grace_period_ends.map_err(Error::internal)?,
        reinstatement_ends: reinstatement_ends.map_err(Error::internal)?,
        decided_by: credit.decision.map(DecidedBy::from),
    })
}

impl From<CreditDecision> for DecidedBy {
    fn from(decision: CreditDecision) -> Self {
        Self {
            rule_set_id: decision.rule_set_id,
            rule_set_version: decision.rule_set_version,
            rule: decision.rule,
        }
    }
}
