//! Random credits to search, which depend only on the seed.

use fastrand::Rng;
use serde_json::{Value, json};
use uuid::Uuid;

use super::stored;

/// Mostly origins that enter few indexes, because their writes take half the time.
const ORIGINS: [&str; 6] = [
    "legacy system",
    "legacy system",
    "legacy system",
    "legacy system",
    "course registration",
    "certification activity",
];

const STATUSES: [Option<&str>; 8] = [
    None,
    None,
    Some("draft"),
    Some("submitted"),
    Some("under review"),
    Some("verified"),
    Some("rejected"),
    Some("archived"),
];

/// Returns `count` credits of `contacts` contacts.
pub(super) fn credits(rng: &mut Rng, count: usize, contacts: usize) -> Vec<Value> {
    (0..count).map(|_| credit(rng, contacts)).collect()
}

fn credit(rng: &mut Rng, contacts: usize) -> Value {
    let quantity = rng.u32(1..=1_000);
    let used = rng.u32(0..=quantity) * rng.u32(0..=1);
    let mut fields = json!({
        "origin": rng.choice(ORIGINS),
        "type_id": format!("type-{}", rng.u8(0..20)),
        "contact_id": format!("contact-{}", rng.usize(0..contacts)),
        "date": day(rng, 2024),
        "quantity": hundredths(quantity),
        "quantity_used": hundredths(used),
        "quantity_available": hundredths(quantity - used),
    });
    match fields["origin"].as_str() {
        Some("course registration") => fields["course_registration_id"] = json!("c"),
        Some("certification activity") => fields["activity_id"] = json!("a"),
        _ => {}
    }
    if rng.u8(0..3) == 0 {
        fields["expiration_date"] = json!(day(rng, 2026));
    }
    if rng.bool() {
        fields["self_reported"] = json!(rng.bool());
    }
    if let Some(status) = rng.choice(STATUSES).flatten() {
        fields["status"] = json!(status);
    }
    stored(&Uuid::from_u128(rng.u128(..)).to_string(), fields)
}

/// Returns a day in three years. Each month has the same four weeks.
pub(super) fn day(rng: &mut Rng, first_year: u16) -> String {
    let (year, month, day) = (rng.u16(0..3), rng.u8(1..=12), rng.u8(1..=28));
    format!("{}-{month:02}-{day:02}", first_year + year)
}

/// Returns an exact decimal with two places.
pub(super) fn hundredths(count: u32) -> Value {
    let text = format!("{}.{:02}", count / 100, count % 100);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    serde_json::from_str(text).unwrap()
}
