//! A few hundred made-up credits that look like a real tenant's. Every run makes
//! the same ones, except for their dates, which follow today.

mod extras;

use fastrand::Rng;
use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde_json::{Map, Value, json};
use shared::base::error::Error;
use shared::model::id::TenantId;
use shared::protocol::idempotency::IdempotencyKey;
use uuid::Uuid;

/// The tenant of the local demo.
pub const TENANT: &str = "demo.example";

/// The contact to show, with credits of all origins, also expired and used up.
pub const CONTACT: &str = "contact-ada";

/// The number of credits.
pub const COUNT: usize = 300;

/// The operation that creates the credits. Their ids are derived from it.
const CREATE: &str = "create_credit";

/// A fixed seed, so that every run makes the same credits.
const SEED: u64 = 8;

const CONTACTS: [&str; 20] = [
    CONTACT,
    "contact-alan",
    "contact-annie",
    "contact-barbara",
    "contact-charles",
    "contact-claude",
    "contact-donald",
    "contact-dorothy",
    "contact-edsger",
    "contact-emmy",
    "contact-frances",
    "contact-grace",
    "contact-hedy",
    "contact-john",
    "contact-katherine",
    "contact-margaret",
    "contact-mary",
    "contact-niklaus",
    "contact-sophie",
    "contact-tony",
];

/// The types of credits, and the years for which each is valid.
const TYPES: [(&str, i64); 4] = [
    ("ce-general", 2),
    ("ce-ethics", 1),
    ("ce-clinical", 2),
    ("ce-leadership", 3),
];

const STATUSES: [Option<&str>; 12] = [
    Some("verified"),
    Some("verified"),
    Some("verified"),
    Some("verified"),
    Some("verified"),
    Some("submitted"),
    Some("under review"),
    Some("draft"),
    Some("rejected"),
    Some("archived"),
    None,
    None,
];

/// Returns the `Idempotency-Key` with which the credit of a position is created.
#[must_use]
pub fn idempotency_key(position: usize) -> String {
    format!("demo-credit-{position}")
}

/// Returns the id that the credit of a position gets from its `Idempotency-Key`.
///
/// # Errors
/// Never in practice: all parts are constant text.
pub fn id(position: usize) -> Result<Uuid, Error> {
    let tenant = TENANT.parse::<TenantId>().map_err(Error::internal)?;
    let key = IdempotencyKey::parse(idempotency_key(position).as_bytes())?;
    Ok(key.derive_id(&tenant, CREATE))
}

/// Returns the demo credits, as a client would create them on the day `today`.
#[must_use]
pub fn credits(today: Date) -> Vec<Value> {
    let mut rng = Rng::with_seed(SEED);
    (0..COUNT)
        .map(|number| credit(&mut rng, number, today))
        .collect()
}

fn credit(rng: &mut Rng, number: usize, today: Date) -> Value {
    let (type_id, years) = pick(rng, &TYPES).unwrap_or(("ce-general", 2));
    let date = today.saturating_sub(Span::new().days(rng.i64(0..1_100)));
    let quarters = rng.u32(2..=48);
    let mut credit = Map::new();
    credit.insert("type_id".into(), json!(type_id));
    credit.insert("contact_id".into(), json!(pick(rng, &CONTACTS)));
    credit.insert("date".into(), json!(date.to_string()));
    credit.insert("quantity".into(), in_quarters(quarters));
    add_origin(&mut credit, rng, number);
    add_expiration(&mut credit, rng, date, years);
    let status = pick(rng, &STATUSES).flatten();
    if let Some(status) = status {
        credit.insert("status".into(), json!(status));
    }
    if matches!(status, None | Some("verified" | "archived")) {
        add_usages(&mut credit, rng, quarters);
    }
    extras::add(&mut credit, rng, number);
    Value::Object(credit)
}

/// Adds an origin, and the ids that this origin requires.
fn add_origin(credit: &mut Map<String, Value>, rng: &mut Rng, number: usize) {
    let course = format!("course-registration-{}", 4_000 + number);
    let event = rng.u32(1..=6);
    let ids = match rng.u8(0..10) {
        0..=3 => json!({"origin": "course registration", "course_registration_id": course}),
        4..=6 => json!({
            "origin": "event registration",
            "event_id": format!("event-{event}"),
            "event_registration_id": format!("event-registration-{}", 7_000 + number),
        }),
        7..=8 => json!({
            "origin": "certification activity",
            "activity_id": format!("activity-{}", rng.u32(1..=12)),
            "self_reported": rng.bool(),
        }),
        _ => json!({"origin": "legacy system", "number": 100_000 + number}),
    };
    if let Value::Object(ids) = ids {
        credit.extend(ids);
    }
}

/// Adds a last valid day, the day before the anniversary. Every tenth credit
/// never expires.
fn add_expiration(credit: &mut Map<String, Value>, rng: &mut Rng, date: Date, years: i64) {
    if rng.u8(0..10) == 0 {
        return;
    }
    let last_day = date.saturating_add(years.years()).saturating_sub(1.day());
    credit.insert("expiration_date".into(), json!(last_day.to_string()));
}

/// Adds usages: three credits in ten have none, the others are used in part, by
/// one or two applications, or fully.
fn add_usages(credit: &mut Map<String, Value>, rng: &mut Rng, quarters: u32) {
    let renewal = "application-renewal";
    let usages = match rng.u8(0..10) {
        0..=2 => return,
        3..=5 => json!([{"application_id": renewal, "quantity": in_quarters(quarters)}]),
        6..=8 => json!([{"application_id": renewal, "quantity": in_quarters(quarters / 2)}]),
        _ => json!([
            {"application_id": renewal, "quantity": in_quarters(quarters / 2)},
            {"application_id": "application-specialist", "quantity": in_quarters(1)},
        ]),
    };
    credit.insert("usages".into(), usages);
}

/// Converts quarters to a number. Quarters are exact in binary.
fn in_quarters(quarters: u32) -> Value {
    if quarters.is_multiple_of(4) {
        return json!(quarters / 4);
    }
    json!(f64::from(quarters) / 4.0)
}

fn pick<T: Copy>(rng: &mut Rng, from: &[T]) -> Option<T> {
    from.get(rng.usize(0..from.len())).copied()
}

#[cfg(test)]
mod tests;
