//! `get_credit_expiration`: where a credit stands.
//!
//! Contract: `docs/expiration.md#62-asking-for-a-credits-standing`.

use axum::extract;
use serde::{Deserialize, Serialize};
use shared::base::error::{Error, InvalidCode, Violation};
use shared::http::answer::Json;
use shared::http::caller::Reader;
use shared::http::path::ApiPath;
use shared::http::problem::{Failure, Problem};
use shared::http::query::ApiQuery;
use shared::lifecycle::expiration::periods;
use shared::model::credit::Credit;
use shared::model::credit_decision::CreditDecision;
use shared::model::date::CivilDate;
use shared::model::id::RuleSetId;
use shared::rules::Standing;
use utoipa::{IntoParams, ToSchema};

use crate::expiration::today;
use crate::handlers::path::CreditPath;
use crate::state::State;

/// On which day.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AsOfQuery {
    /// The day to tell the standing for; today in the tenant's time zone by default.
    #[serde(rename = "asOf")]
    #[param(rename = "asOf", value_type = Option<String>, format = Date)]
    as_of: Option<String>,
}

/// Where a credit stands on a day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CreditStanding {
    /// Whether it is valid, in grace, reinstatable or over.
    standing: Standing,
    /// The last valid day; null when it does not expire.
    expiration_date: Option<CivilDate>,
    /// The last day of grace; null when it does not expire.
    grace_period_ends: Option<CivilDate>,
    /// The last day of reinstatement; null when there is none, or no end.
    reinstatement_ends: Option<CivilDate>,
    /// What decided the expiration; null when it was a client.
    decided_by: Option<DecidedBy>,
}

/// The rule set that decided.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DecidedBy {
    /// Its id.
    rule_set_id: RuleSetId,
    /// Its version at that time.
    rule_set_version: u64,
    /// The rule that matched; null when the default decided.
    rule: Option<String>,
}

/// Tells where a credit stands: active, in grace, reinstatable or expired, and what decided it.
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
    extract::State(state): extract::State<State>,
    Reader(caller): Reader,
    ApiPath(path): ApiPath<CreditPath>,
    ApiQuery(query): ApiQuery<AsOfQuery>,
) -> Result<Json<CreditStanding>, Failure> {
    let asked = query.as_of.as_deref().map(as_of).transpose()?;
    let credit = state.credits(&caller.tenant).find(path.id.as_str()).await?;
    let day = match asked {
        Some(day) => day,
        None => today(&state, &caller.tenant).await?,
    };
    Ok(Json(standing(credit, day)?))
}

fn as_of(text: &str) -> Result<CivilDate, Error> {
    text.parse().map_err(|error| {
        let violation = Violation::new("/asOf", format!("{error}"));
        Error::invalid(
            InvalidCode::InvalidRequest,
            format!("`asOf` {error}"),
            vec![violation],
        )
    })
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
