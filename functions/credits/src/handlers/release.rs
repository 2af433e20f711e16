//! `release_credits`: what an application took is given back.
//!
//! Contract: `docs/api.md#72-release`.

use shared::base::error::Error;
use shared::http::path::ApiPath;
use shared::http::problem::Problem;
use shared::http::response::Json;
use shared::http::session::{Session, Writer};
use shared::model::consumption::Consumption;
use shared::model::principal::Source;
use shared::repository::{Change, Opened, Settled, wait};

use crate::handlers::consume::{MAX_ROUNDS, contended, too_many};
use crate::handlers::path::ConsumptionPath;

/// Undoes a consumption: removes the application's usages from the credits it took from, and answers
/// the allocations that were released.
#[utoipa::path(
    delete,
    path = "/credits/{tenantId}/contact/{contact_id}/consume/{application_id}",
    operation_id = "release_credits",
    tag = "credits",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("contact_id" = String, Path, description = "The contact"),
        ("application_id" = String, Path, description = "The application"),
    ),
    responses(
        (status = 200, description = "What was released of which credit", body = Consumption),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn release_credits(
    Writer(session): Writer,
    ApiPath(path): ApiPath<ConsumptionPath>,
) -> Result<Json<Consumption>, Error> {
    let session = session.with_source(Source::Consume);
    Ok(Json(release(&session, &path).await?))
}

async fn release(session: &Session, path: &ConsumptionPath) -> Result<Consumption, Error> {
    let credits = session.credits();
    for round in 0..MAX_ROUNDS {
        let receipt = credits
            .receipt(&path.contact_id, &path.application_id)
            .await?;
        let consumption = receipt.ok_or(Error::NotFound)?.consumption;
        let ids = consumption
            .allocations
            .iter()
            .map(|part| part.credit_id.clone())
            .collect();
        let changes = changes(session, path, credits.open(ids).await?)?;
        match credits
            .release(&path.contact_id, &path.application_id, changes)
            .await?
        {
            Settled::Done => return Ok(consumption),
            Settled::TooLarge => return Err(too_many()),
            Settled::Lost => wait(round).await,
        }
    }
    Err(contended())
}

// A credit that was deleted meanwhile, or no longer has the usage, needs no change.
fn changes(
    session: &Session,
    path: &ConsumptionPath,
    opened: Vec<Opened>,
) -> Result<Vec<Change>, Error> {
    let (author, now) = (session.author(), session.now());
    let affected = opened
        .into_iter()
        .filter(|opened| opened.credit.is_used_by(&path.application_id));
    affected
        .map(|Opened { credit, base }| {
            let next = credit.released(&path.application_id, author.clone(), now)?;
            Ok(base.change(next))
        })
        .collect()
}
