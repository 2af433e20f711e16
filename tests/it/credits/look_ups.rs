use jiff::Timestamp;
use serde_json::{Value, json};
use shared::base::clock::Clock;

use super::{World, id, path};

fn ids(answer: &Value) -> Vec<&str> {
    answer["Items"].as_array().unwrap().iter().map(id).collect()
}

#[tokio::test]
async fn each_look_up_finds_its_own_credits_newest_first() {
    let world = World::new().await;
    for (segment, field, extra) in [
        ("contact", "contact_id", json!({})),
        (
            "activity",
            "activity_id",
            json!({"origin": "certification activity"}),
        ),
        (
            "courseRegistration",
            "course_registration_id",
            json!({"origin": "course registration"}),
        ),
        (
            "eventRegistration",
            "event_registration_id",
            json!({"origin": "event registration", "event_id": "e"}),
        ),
    ] {
        let parent = format!("parent of {segment}|:é");
        let mut found = Vec::new();
        for date in ["2026-01-02", "2026-03-04", "2025-12-31"] {
            let mut body = extra.clone();
            body[field] = json!(parent);
            body["date"] = json!(date);
            found.push((date, world.create(body).await));
        }
        world
            .create(json!({"contact_id": "somebody else", "activity_id": "another"}))
            .await;
        found.sort_by_key(|(date, _)| std::cmp::Reverse(*date));
        let encoded = parent
            .replace(' ', "%20")
            .replace('|', "%7C")
            .replace('é', "%C3%A9");
        let answer = world
            .api
            .get(&format!("/credits/{{tenant}}/{segment}/{encoded}"))
            .send()
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.body["Count"], 3);
        assert_eq!(
            ids(&answer.body),
            found
                .iter()
                .map(|(_, credit)| id(credit))
                .collect::<Vec<_>>()
        );
        assert_eq!(answer.body["Items"][0], found[0].1);
        assert!(answer.body.get("LastEvaluatedKey").is_none());
    }
}

#[tokio::test]
async fn a_look_up_is_read_page_by_page_each_credit_once() {
    let world = World::new().await;
    let mut expected = Vec::new();
    for day in 1..=7 {
        expected.push(
            world
                .create(json!({"date": format!("2026-01-{:02}", day.min(5))}))
                .await,
        );
    }
    let mut seen: Vec<String> = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = format!(
            "/credits/{{tenant}}/contact/ada?limit=2&fields=quantity&exclusiveStartKey={cursor}"
        );
        let answer = world.api.get(&page).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(
            answer.body["Count"].as_u64().unwrap() as usize,
            ids(&answer.body).len()
        );
        seen.extend(ids(&answer.body).iter().map(|id| (*id).to_owned()));
        assert!(
            answer.body["Items"]
                .as_array()
                .unwrap()
                .iter()
                .all(|item| item.as_object().unwrap().len() == 2)
        );
        match answer.body["LastEvaluatedKey"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    let mut wanted: Vec<_> = expected
        .iter()
        .map(|credit| id(credit).to_owned())
        .collect();
    assert_eq!(seen.len(), 7);
    seen.sort();
    wanted.sort();
    assert_eq!(seen, wanted);
}

#[tokio::test]
async fn only_usable_credits_are_found_when_unavailable_ones_are_filtered() {
    let noon: Timestamp = "2026-06-15T12:00:00Z".parse().unwrap();
    let world = World::with_clock(Clock::from_fn(move || noon)).await;
    let usable = [
        json!({}),
        json!({"expiration_date": "2026-06-15"}),
        json!({"status": "verified"}),
        json!({"usages": [{"application_id": "a", "quantity": 2.4999999999}]}),
    ];
    let unusable = [
        json!({"expiration_date": "2026-06-14"}),
        json!({"status": "rejected"}),
        json!({"status": "archived"}),
        json!({"usages": [{"application_id": "a", "quantity": 2.5}]}),
    ];
    let mut expected = Vec::new();
    for changes in usable {
        expected.push(id(&world.create(changes).await).to_owned());
    }
    for changes in unusable {
        world.create(changes).await;
    }
    let answer = world
        .api
        .get("/credits/{tenant}/contact/ada?filterUnavailable=true")
        .send()
        .await;
    let mut found = ids(&answer.body);
    found.sort_unstable();
    expected.sort();
    assert_eq!(found, expected);
    let everything = world
        .api
        .get("/credits/{tenant}/contact/ada?filterUnavailable=false")
        .send()
        .await;
    assert_eq!(everything.body["Count"], 8);
    let filled = world
        .api
        .get("/credits/{tenant}/contact/ada?filterUnavailable=true&limit=4")
        .send()
        .await;
    assert_eq!(filled.body["Count"], 4);
}

#[tokio::test]
async fn today_is_the_date_in_the_tenants_time_zone() {
    let moment: Timestamp = "2026-06-15T23:00:00Z".parse().unwrap();
    let world = World::with_clock(Clock::from_fn(move || moment)).await;
    world.create(json!({"expiration_date": "2026-06-15"})).await;
    let usable = async || {
        let answer = world
            .api
            .get("/credits/{tenant}/contact/ada?filterUnavailable=true")
            .send()
            .await;
        answer.body["Count"].as_u64().unwrap()
    };
    assert_eq!(usable().await, 1);
    world.set("time_zone", "Pacific/Kiritimati").await;
    assert_eq!(usable().await, 0);
}

#[tokio::test]
async fn a_deleted_credit_is_in_no_look_up() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    assert_eq!(world.api.delete(&path(&created)).send().await.status, 200);
    for look_up in ["contact/ada", "activity/webinar-12"] {
        let answer = world
            .api
            .get(&format!("/credits/{{tenant}}/{look_up}"))
            .send()
            .await;
        assert_eq!(answer.body, json!({"Count": 0, "Items": []}));
    }
}

#[tokio::test]
async fn bad_values_and_cursors_of_other_look_ups_are_refused() {
    let world = World::new().await;
    for _ in 0..2 {
        world.create(json!({})).await;
    }
    for query in ["filterUnavailable=1", "limit=-1", "fields=grace_ends"] {
        let request = world
            .api
            .get(&format!("/credits/{{tenant}}/contact/ada?{query}"));
        world.refused(request, 400, "invalid-request").await;
    }
    let page = world
        .api
        .get("/credits/{tenant}/contact/ada?limit=1")
        .send()
        .await;
    let cursor = page.body["LastEvaluatedKey"].as_str().unwrap();
    for other in ["contact/bob", "activity/webinar-12"] {
        let request = world.api.get(&format!(
            "/credits/{{tenant}}/{other}?exclusiveStartKey={cursor}"
        ));
        world.refused(request, 400, "invalid-cursor").await;
    }
    let request = world.api.get(&format!(
        "/credits/{{tenant}}/contact/ada?filterUnavailable=true&exclusiveStartKey={cursor}"
    ));
    world.refused(request, 400, "invalid-cursor").await;
}
