//! `consume_credits`: an application takes from a contact's credits.
//!
//! Contract: `docs/api.md#71-consume`.

use axum::extract;
use shared::base::error::{ConflictCode, Error, Violation};
use shared::http::answer::Json;
use shared::http::body::ApiJson;
use shared::http::caller::{Caller, Writer};
use shared::http::path::ApiPath;
use shared::http::problem::{Failure, Problem};
use shared::lifecycle::allocation::{Candidate, allocate, in_order};
use shared::model::consumption::{Allocation, Consumption, ConsumptionOrder, Receipt};
use shared::model::date::CivilDate;
use shared::model::id::ContactId;
use shared::model::principal::Source;
use shared::model::quantity::Quantity;
use shared::repository::{Change, MAX_CREDITS, Opened, Settled, wait};

use crate::expiration::today;
use crate::handlers::MAX_LEVELS;
use crate::handlers::path::ContactPath;
use crate::state::State;

/// How often an order is allocated anew when others take from the same credits.
pub(crate) const MAX_ROUNDS: u32 = 16;

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
    extract::State(state): extract::State<State>,
    Writer(caller): Writer,
    ApiPath(path): ApiPath<ContactPath>,
    ApiJson(body): ApiJson<MAX_LEVELS>,
) -> Result<Json<Consumption>, Failure> {
    let order = ConsumptionOrder::parse(body)?;
    Ok(Json(
        consume(&state, &caller, &path.contact_id, &order).await?,
    ))
}

async fn consume(
    state: &State,
    caller: &Caller,
    contact: &ContactId,
    order: &ConsumptionOrder,
) -> Result<Consumption, Error> {
    let credits = state.credits(&caller.tenant);
    let mut day = None;
    for round in 0..MAX_ROUNDS {
        if let Some(receipt) = credits.receipt(contact, &order.application_id).await? {
            return receipt.answer(order);
        }
        let usable_on = match day {
            Some(day) => day,
            None => *day.insert(usable_on(state, caller, order).await?),
        };
        let (opened, allocations) = choose(state, caller, contact, order, usable_on).await?;
        let receipt = receipt(order, allocations);
        let changes = changes(state, caller, &receipt.consumption, opened)?;
        match credits.consume(contact, &receipt, changes).await? {
            Settled::Done => return Ok(receipt.consumption),
            Settled::TooLarge => return Err(too_many()),
            Settled::Lost => wait(round).await,
        }
    }
    Err(contended())
}

// The day on which the credits must be usable; not after today, for nobody knows what comes.
async fn usable_on(
    state: &State,
    caller: &Caller,
    order: &ConsumptionOrder,
) -> Result<CivilDate, Error> {
    let today = today(state, &caller.tenant).await?;
    match order.as_of {
        Some(day) if day > today => {
            let violation = Violation::new("/as_of", "must not be in the future");
            Err(Error::validation_failed(vec![violation]))
        }
        Some(day) => Ok(day),
        None => Ok(today),
    }
}

/// The credits to take from, as they are, and how much of each. The index only says where to look.
async fn choose(
    state: &State,
    caller: &Caller,
    contact: &ContactId,
    order: &ConsumptionOrder,
    day: CivilDate,
) -> Result<(Vec<Opened>, Vec<Allocation>), Error> {
    let credits = state.credits(&caller.tenant);
    let (usable, doubtful) = in_order(credits.candidates(contact, order, day).await?);
    let expected = Quantity::sum(usable.iter().map(|candidate| candidate.available));
    let mut places = usable
        .into_iter()
        .chain(doubtful.into_iter().take(MAX_CREDITS))
        .peekable();
    let mut opened: Vec<(Candidate, Opened)> = Vec::new();
    loop {
        let missing = missing(&opened, order.quantity);
        let next = next_to_read(&mut places, missing);
        if missing == Quantity::ZERO || next.is_empty() {
            break;
        }
        if opened.len() >= MAX_CREDITS && expected.is_none_or(|sum| sum >= order.quantity) {
            return Err(too_many());
        }
        let read = credits
            .open(next.into_iter().map(|place| place.id).collect())
            .await?;
        let read = read
            .into_iter()
            .map(|read| (Candidate::of(&read.credit, order, day), read));
        opened.extend(read.filter(|(candidate, read)| {
            candidate.is_usable() && read.credit.details.contact_id == *contact
        }));
    }
    opened.sort_unstable_by(|(one, _), (other, _)| one.order(other));
    let (candidates, opened): (Vec<_>, Vec<_>) = opened.into_iter().unzip();
    let allocations = allocate(&candidates, order.quantity).map_err(insufficient)?;
    if allocations.len() > MAX_CREDITS {
        return Err(too_many());
    }
    Ok((opened, allocations))
}

fn missing(opened: &[(Candidate, Opened)], wanted: Quantity) -> Quantity {
    let found = Quantity::sum(opened.iter().map(|(candidate, _)| candidate.available));
    found
        .and_then(|found| wanted.checked_sub(found))
        .unwrap_or(Quantity::ZERO)
}

// As many as the index thinks are enough, and one transaction can take; at least one.
fn next_to_read(
    places: &mut std::iter::Peekable<impl Iterator<Item = Candidate>>,
    missing: Quantity,
) -> Vec<Candidate> {
    let mut expected = Quantity::ZERO;
    let mut next = Vec::new();
    let is_wanted = |next: &[Candidate], expected| next.len() < MAX_CREDITS && expected < missing;
    while let Some(place) = places.next_if(|_| is_wanted(&next, expected) || next.is_empty()) {
        expected = Quantity::sum([expected, place.available]).unwrap_or(missing);
        next.push(place);
    }
    next
}

fn receipt(order: &ConsumptionOrder, allocations: Vec<Allocation>) -> Receipt {
    Receipt {
        type_ids: order.type_ids.clone(),
        consumption: Consumption {
            application_id: order.application_id.clone(),
            quantity: order.quantity,
            allocations,
        },
    }
}

// The opened credits come in the order of their allocations; what is left over was not needed.
fn changes(
    state: &State,
    caller: &Caller,
    consumption: &Consumption,
    opened: Vec<Opened>,
) -> Result<Vec<Change>, Error> {
    let (author, now) = (caller.author(Source::Consume), state.clock.now());
    let parts = consumption.allocations.iter().zip(opened);
    parts
        .map(|(part, Opened { credit, base })| {
            let application = &consumption.application_id;
            let next = credit.used(application, part.quantity, author.clone(), now)?;
            Ok(base.change(next))
        })
        .collect()
}

fn insufficient(available: Quantity) -> Error {
    let detail = format!("only {available} of the contact's credits can be used");
    Error::conflict(ConflictCode::InsufficientCredits, detail)
}

pub(crate) fn too_many() -> Error {
    let detail =
        format!("more than {MAX_CREDITS} credits, or 4 MB of them, would be needed; ask for less");
    Error::conflict(ConflictCode::TooManyCredits, detail)
}

pub(crate) fn contended() -> Error {
    let detail = "others keep changing the contact's credits; try again";
    Error::conflict(ConflictCode::VersionConflict, detail)
}
