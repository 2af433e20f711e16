//! The day and the calendar in which a credit is archived.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::Sweeping;

const ZONES: [&str; 3] = ["UTC", "Pacific/Kiritimati", "America/Los_Angeles"];

/// Creates a credit with this last valid day, by a rule set with this many days of grace.
async fn with_grace(sweeping: &Sweeping, expiration_date: &str, grace_days: u32) -> Value {
    let options = json!({
        "expiration_type": "anniversary",
        "anniversary_expiration_options": {
            "term_length": 1, "term_type": "years", "allow_mid_month_expirations": true},
        "grace_period": grace_days,
    });
    let set = json!({"rules": [], "default_expiration_options": options});
    let set = sweeping.world.create_rule_set(set).await;
    let end: Date = expiration_date.parse().unwrap();
    let created = sweeping.world.create(json!({
        "date": end.checked_sub(1.year()).unwrap().to_string(),
        "sys_directive": format!("expiration_rule_set:{}", set["id"].as_str().unwrap()),
    }));
    let created = created.await;
    assert_eq!(created["expiration_date"], expiration_date);
    created
}

/// Returns the first whole hour on the day after `last_day` in the zone.
fn midnight_after(last_day: &str, zone: &str) -> Timestamp {
    let day: Date = last_day.parse().unwrap();
    let zone = TimeZone::get(zone).unwrap();
    let next = day.tomorrow().unwrap().to_zoned(zone).unwrap();
    next.timestamp()
}

/// Sweeps at each hour, and returns for each credit the hour at which it was archived.
async fn archived_at(sweeping: &Sweeping, hours: (&str, &str), ids: &[&str]) -> Vec<Timestamp> {
    let (mut now, end): (Timestamp, Timestamp) =
        (hours.0.parse().unwrap(), hours.1.parse().unwrap());
    let mut archived = vec![Timestamp::MAX; ids.len()];
    while now < end {
        sweeping.move_to(now);
        if sweeping.run(json!({})).await.archived > 0 {
            for (id, at) in ids.iter().zip(&mut archived) {
                let (status, _) = sweeping.state_of(id).await;
                *at = (*at).min(if status == "archived" {
                    now
                } else {
                    Timestamp::MAX
                });
            }
        }
        now += 1.hour();
    }
    archived
}

#[tokio::test]
async fn a_credit_is_archived_in_the_hour_after_its_last_valid_day_over_a_leap_day() {
    for zone in ZONES {
        let sweeping = Sweeping::at("2024-01-01T00:00:00Z").await;
        sweeping.world.set("time_zone", zone).await;
        let plain = sweeping.expiring("2024-02-28").await;
        let leap = sweeping.expiring("2024-02-29").await;
        let grace = with_grace(&sweeping, "2024-02-28", 2).await;
        let ids = [&plain, &leap, &grace].map(|credit| credit["id"].as_str().unwrap());
        let hours = ("2024-02-27T00:00:00Z", "2024-03-03T00:00:00Z");
        let expected =
            ["2024-02-28", "2024-02-29", "2024-03-01"].map(|day| midnight_after(day, zone));
        assert_eq!(
            archived_at(&sweeping, hours, &ids).await,
            expected,
            "{zone}"
        );
    }
}

#[tokio::test]
async fn a_day_of_23_or_25_hours_ends_when_it_ends() {
    for (day, hours) in [
        (
            "2026-03-08",
            ("2026-03-08T00:00:00Z", "2026-03-10T00:00:00Z"),
        ),
        (
            "2026-11-01",
            ("2026-11-01T00:00:00Z", "2026-11-03T00:00:00Z"),
        ),
    ] {
        for zone in ZONES {
            let sweeping = Sweeping::at("2026-01-01T00:00:00Z").await;
            sweeping.world.set("time_zone", zone).await;
            let credit = sweeping.expiring(day).await;
            let ids = [credit["id"].as_str().unwrap()];
            let at = archived_at(&sweeping, hours, &ids).await;
            assert_eq!(at, [midnight_after(day, zone)], "{zone}");
        }
    }
}

#[tokio::test]
async fn the_read_side_treats_a_credit_as_expired_before_the_sweep_has_come() {
    let sweeping = Sweeping::at("2026-02-01T09:59:59Z").await;
    sweeping.world.set("time_zone", "Pacific/Kiritimati").await;
    let credit = sweeping.expiring("2026-02-01").await;
    let usable = async || {
        let path = "/credits/{tenant}/contact/ada?filterUnavailable=true";
        sweeping.world.api.get(path).send().await.body["Count"].clone()
    };
    assert_eq!(usable().await, 1);
    sweeping.move_to("2026-02-01T10:00:00Z".parse().unwrap());
    assert_eq!(usable().await, 0);
    let (status, version) = sweeping.state_of(credit["id"].as_str().unwrap()).await;
    assert_eq!((status, version), (Value::Null, json!(1)));
    assert_eq!(sweeping.run(json!({})).await.archived, 1);
}

#[tokio::test]
async fn an_archived_credit_tells_who_archived_it_and_when() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    let before = sweeping.expiring("2026-01-31").await;
    sweeping.run(json!({})).await;
    let after = sweeping
        .world
        .read(before["id"].as_str().unwrap())
        .await
        .body;
    let mut expected = before.clone();
    for (name, value) in [
        ("status", json!("archived")),
        ("sys_version", json!(2)),
        ("sys_last_modified_at", json!("2026-02-01T00:00:00Z")),
        ("sys_last_modified_by_id", json!("system:expiration-sweep")),
        (
            "sys_last_security_context",
            json!({
                "principal_id": "system:expiration-sweep", "tenant_id": sweeping.tenant(),
                "scopes": ["write"], "request_id": "request-1", "source": "sweep",
                "proof": "system",
            }),
        ),
    ] {
        expected[name] = value;
    }
    assert_eq!(after, expected);
    // An archived credit can be written like any other, and made usable again.
    let operations = json!([
        {"op": "replace", "path": "/status", "value": "verified"},
        {"op": "replace", "path": "/expiration_date", "value": "2026-12-31"},
    ]);
    let path = format!("/credits/{{tenant}}/{}", before["id"].as_str().unwrap());
    let patched = sweeping
        .world
        .api
        .patch(&path)
        .json_patch(&operations)
        .send()
        .await;
    assert_eq!(patched.body["sys_version"], 3, "{}", patched.text);
    assert_eq!(sweeping.run(json!({})).await.examined, 0);
}

#[tokio::test]
async fn rejected_and_archived_credits_are_not_looked_at() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    for status in ["rejected", "archived"] {
        let changes = json!({"expiration_date": "2026-01-31", "status": status});
        sweeping.world.create(changes).await;
    }
    sweeping.world.create(json!({})).await;
    assert_eq!(sweeping.run(json!({})).await.examined, 0);
}
