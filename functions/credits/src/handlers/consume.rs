//! `consume_credits`: an application takes from a contact's credits.
//!
//! Contract: `docs/api.md#71-consume`.

use shared::base::error::{ConflictCode, Error, Violation};
use shared::http::body::ApiJson;
use shared::http::path::ApiPath;
use shared::http::problem::Problem;
use shared::http::response::Json;
use shared::http::session::{Session, Writer};
use shared::lifecycle::allocation::{Choice, Demand, Portion, too_many_credits};
use shared::model::consumption::{Consumption, ConsumptionOrder, Receipt};
use shared::model::credit::Credit;
use shared::model::date::CivilDate;
use shared::model::id::ContactId;
use shared::model::principal::Source;
use shared::repository::{
    Collection, CreditUpdate, MAX_ROUNDS, TransactionOutcome, VersionedCredit, wait,
};

use crate::handlers::MAX_CREDIT_LEVELS;
use crate::handlers::path::ContactPath;

/// Takes a quantity from a contact's usable credits, the soonest to expire first, all of it or
/// nothing. A repeat is answered with the allocations that were made.
#[utoipa::path(
    post,
    path = "/credits/{tenantId}/contact/{contact_id}/consume",
    operation_id = "consume_credits",
    tag = "credits",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("contact_id" = String, Path, description = "The contact"),
    ),
    request_body(content = ConsumptionOrder, example = json!({
        "application_id": "renewal-2026", "quantity": 3.5, "type_ids": ["ceu"],
    })),
    responses(
        (status = 200, description = "What was taken of which credit", body = Consumption),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn consume_credits(
    Writer(session): Writer,
    ApiPath(path): ApiPath<ContactPath>,
    ApiJson(body): ApiJson<MAX_CREDIT_LEVELS>,
) -> Result<Json<Consumption>, Error> {
    let order = ConsumptionOrder::parse(body)?;
    let session = session.with_source(Source::Consume);
    Ok(Json(consume(&session, &path.contact_id, &order).await?))
}

async fn consume(
    session: &Session,
    contact: &ContactId,
    order: &ConsumptionOrder,
) -> Result<Consumption, Error> {
    let credits = session.credits();
    let mut usable_on = None;
    for round in 0..MAX_ROUNDS {
        if let Some(receipt) = credits.receipt(contact, &order.application_id).await? {
            return receipt.answer(order);
        }
        let day = match usable_on {
            Some(day) => day,
            None => *usable_on.insert(usable_day(session, order).await?),
        };
        let demand = Demand {
            contact,
            order,
            day,
        };
        let portions = choose(&credits, demand).await?;
        let receipt = receipt(order, &portions);
        let updates = updates(session, order, portions)?;
        match credits.consume(contact, &receipt, updates).await? {
            TransactionOutcome::Applied => return Ok(receipt.consumption),
            TransactionOutcome::TooLarge => return Err(too_many_credits()),
            TransactionOutcome::LostRace => wait(round).await,
        }
    }
    Err(contended())
}

// Returns the day on which the credits must be usable: `as_of`, or today. A day in the future is
// refused.
async fn usable_day(session: &Session, order: &ConsumptionOrder) -> Result<CivilDate, Error> {
    let today = session.today().await?;
    match order.as_of {
        Some(day) if day > today => {
            Err(Violation::new("/as_of", "must not be in the future").into())
        }
        Some(day) => Ok(day),
        None => Ok(today),
    }
}

async fn choose(
    credits: &Collection<'_, Credit>,
    demand: Demand<'_>,
) -> Result<Vec<Portion<VersionedCredit>>, Error> {
    let candidates = credits.candidates(demand).await?;
    let mut choice = Choice::new(demand, candidates);
    while let Some(ids) = choice.next_ids()? {
        choice.add(credits.read_versioned(ids).await?);
    }
    choice.finish()
}

fn receipt(order: &ConsumptionOrder, portions: &[Portion<VersionedCredit>]) -> Receipt {
    let allocations = portions.iter().map(|portion| portion.allocation.clone());
    Receipt {
        type_ids: order.type_ids.clone(),
        consumption: Consumption {
            application_id: order.application_id.clone(),
            quantity: order.quantity,
            allocations: allocations.collect(),
        },
    }
}

fn updates(
    session: &Session,
    order: &ConsumptionOrder,
    portions: Vec<Portion<VersionedCredit>>,
) -> Result<Vec<CreditUpdate>, Error> {
    let (author, now) = (session.author(), session.now());
    let application = &order.application_id;
    let update = |Portion { credit, allocation }: Portion<VersionedCredit>| {
        credit.update(|credit| credit.used(application, allocation.quantity, author.clone(), now))
    };
    portions.into_iter().map(update).collect()
}

pub(crate) fn contended() -> Error {
    let detail = "others keep changing the contact's credits; try again";
    Error::conflict(ConflictCode::VersionConflict, detail)
}
