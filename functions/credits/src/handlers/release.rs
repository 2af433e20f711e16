//! `release_credits`: an application gives back what it took.
//!
//! Contract: `docs/api.md#72-release`.

use shared::base::error::{ConflictCode, Error};
use shared::http::path::ApiPath;
use shared::http::problem::Problem;
use shared::http::response::Json;
use shared::http::session::{Session, Writer};
use shared::model::consumption::Consumption;
use shared::model::id::ApplicationId;
use shared::model::principal::Source;
use shared::repository::{CreditUpdate, MAX_ROUNDS, TransactionOutcome, VersionedCredit, wait};

use crate::handlers::consume::contended;
use crate::handlers::path::ConsumptionPath;

/// Undoes a consumption: removes the application's usages from the credits it took from, and
/// answers the allocations that were released.
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
    let (contact, application) = (&path.contact_id, &path.application_id);
    for round in 0..MAX_ROUNDS {
        let receipt = credits.receipt(contact, application).await?;
        let consumption = receipt.ok_or(Error::NotFound)?.consumption;
        let allocations = consumption.allocations.iter();
        let ids = allocations.map(|allocation| allocation.credit_id.clone());
        let read = credits.read_versioned(ids.collect()).await?;
        let updates = updates(session, application, read)?;
        match credits.release(contact, application, updates).await? {
            TransactionOutcome::Applied => return Ok(consumption),
            TransactionOutcome::TooLarge => return Err(too_large()),
            TransactionOutcome::LostRace => wait(round).await,
        }
    }
    Err(contended())
}

// A credit that was deleted meanwhile was not read. One that no longer has the usage needs no
// change.
fn updates(
    session: &Session,
    application: &ApplicationId,
    read: Vec<VersionedCredit>,
) -> Result<Vec<CreditUpdate>, Error> {
    let (author, now) = (session.author(), session.now());
    let used = read
        .into_iter()
        .filter(|credit| credit.as_ref().is_used_by(application));
    let update = |credit: VersionedCredit| {
        credit.update(|credit| credit.released(application, author.clone(), now))
    };
    used.map(update).collect()
}

fn too_large() -> Error {
    let detail = "the credits have grown beyond 4 MB, which is all that one transaction writes; \
                  make some of them smaller";
    Error::conflict(ConflictCode::TooManyCredits, detail)
}
