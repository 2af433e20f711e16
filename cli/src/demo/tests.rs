use jiff::civil::date;

use super::*;

const TODAY: Date = date(2026, 3, 15);

fn field<'a>(credit: &'a Value, name: &str) -> &'a str {
    credit[name].as_str().unwrap_or_default()
}

fn used(credit: &Value) -> f64 {
    let usages = credit["usages"].as_array();
    usages.map_or(0.0, |usages| {
        usages
            .iter()
            .map(|usage| usage["quantity"].as_f64().unwrap())
            .sum()
    })
}

fn is_expired(credit: &Value) -> bool {
    let last_day = field(credit, "expiration_date");
    !last_day.is_empty() && last_day < TODAY.to_string().as_str()
}

#[test]
fn every_run_makes_the_same_credits() {
    assert_eq!(credits(TODAY), credits(TODAY));
    assert_eq!(credits(TODAY).len(), COUNT);
}

#[test]
fn the_shown_contact_has_credits_of_every_kind() {
    let all = credits(TODAY);
    let own: Vec<_> = all
        .iter()
        .filter(|credit| credit["contact_id"] == CONTACT)
        .collect();
    for origin in [
        "legacy system",
        "course registration",
        "certification activity",
        "event registration",
    ] {
        assert!(
            own.iter().any(|credit| credit["origin"] == origin),
            "{origin}"
        );
    }
    assert!(own.iter().any(|credit| is_expired(credit)));
    assert!(own.iter().any(|credit| !is_expired(credit)));
    assert!(
        own.iter()
            .any(|credit| used(credit) == credit["quantity"].as_f64().unwrap())
    );
    assert!(own.iter().any(|credit| used(credit) == 0.0));
    assert!(
        own.iter()
            .any(|credit| !credit["custom_field_values"].is_null())
    );
    assert!((10..=25).contains(&own.len()), "{}", own.len());
}

#[test]
fn no_credit_is_used_beyond_its_quantity_and_no_usage_is_empty() {
    for credit in credits(TODAY) {
        assert!(
            used(&credit) <= credit["quantity"].as_f64().unwrap(),
            "{credit}"
        );
        for usage in credit["usages"].as_array().into_iter().flatten() {
            assert!(usage["quantity"].as_f64().unwrap() > 0.0, "{credit}");
        }
    }
}

#[test]
fn every_credit_has_the_ids_that_its_origin_asks_for() {
    for credit in credits(TODAY) {
        let required: &[&str] = match field(&credit, "origin") {
            "course registration" => &["course_registration_id"],
            "certification activity" => &["activity_id"],
            "event registration" => &["event_id", "event_registration_id"],
            _ => &[],
        };
        for name in required {
            assert!(!field(&credit, name).is_empty(), "{credit}");
        }
    }
}

#[test]
fn dates_follow_today() {
    for credit in credits(TODAY) {
        let date: Date = field(&credit, "date").parse().unwrap();
        assert!(date <= TODAY && date > TODAY.saturating_sub(4.years()));
    }
}

#[test]
fn there_are_expired_credits_unused_ones_and_every_status() {
    let all = credits(TODAY);
    assert!(all.iter().filter(|credit| is_expired(credit)).count() > 30);
    for status in STATUSES.into_iter().flatten() {
        assert!(
            all.iter().any(|credit| credit["status"] == status),
            "{status}"
        );
    }
}
