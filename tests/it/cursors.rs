//! Cursors are not secret, and can be made up. Each is refused, or it answers records that
//! the request itself could have read, and its pages end.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fastrand::Rng;
use futures_util::{StreamExt, stream};
use integration_tests::api::{Api, Request, Response};
use integration_tests::bulk;
use integration_tests::scale::cases;
use integration_tests::store::{Kind, kind, store};
use serde_json::{Value, json};
use shared::model::search::SearchBody;
use shared::protocol::cursor::CursorScope;

use crate::credits::{credit, id};
use crate::sweep::Sweeping;
use crate::world::World;

/// Returns the number of cursors for each route. Our own code refuses them, the same on both
/// stores, so DynamoDB Local matters only for the plausible ones.
fn count() -> usize {
    match kind() {
        Kind::Embedded => cases(60, 400, 10_000),
        Kind::DynamoDbLocal => cases(40, 120, 1_000),
    }
}

/// Returns the number of plausible cursors, which a page could have made. These cost calls to the
/// store.
fn plausible() -> usize {
    cases(40, 100, 200)
}

const AT_ONCE: usize = 4;
/// More than the pages of a tenant here.
const MAX_PAGES: usize = 20;
const SEARCH: &str = "/credits/{tenant}/search";

/// A route with cursors, and the data to which its cursors are bound.
struct Place {
    path: &'static str,
    limit: usize,
    body: Option<Value>,
    scope: CursorScope,
}

impl Place {
    fn request(&self, api: &Api, cursor: &str) -> Request {
        let path = format!(
            "{}?limit={}&exclusiveStartKey={cursor}",
            self.path, self.limit
        );
        match &self.body {
            None => api.get(&path),
            Some(body) => api.post(&path).json(body),
        }
    }
}

fn searches() -> Vec<Value> {
    let few = ["ada", "bob", "eve", "dan"];
    let many = ["ada", "bob", "eve", "dan", "kim", "lee"];
    let dates = json!(["2026-01-02", "2026-01-09"]);
    vec![
        json!({}),
        json!({"quantity": [2, 3]}),
        json!({"ids": ["c-1", "c-2", "c-3", "none"]}),
        json!({"contact_id": ["ada"]}),
        json!({"contact_id": few, "status": ["draft"]}),
        json!({"contact_id": few, "date": dates, "quantity": [2, null]}),
        json!({"contact_id": many}),
        json!({"contact_id": many, "date": dates}),
        json!({"expiration_date": ["2030-01-01", null]}),
        json!({"expiration_date": ["2030-01-02", "2030-01-08"], "type_id": ["ceu"]}),
        json!({"origin": "gift"}),
    ]
}

fn searching(tenant: &str, body: Value) -> Place {
    let parsed = SearchBody::parse(body.as_object().unwrap().clone()).unwrap();
    let scope = CursorScope::new("search_credits", &[tenant, &parsed.search.hash()]);
    Place {
        path: SEARCH,
        limit: 4,
        body: Some(body),
        scope,
    }
}

/// Returns all routes with cursors. Each body of a search counts as a route.
fn all_routes(tenant: &str) -> Vec<Vec<Place>> {
    let look_up = |path, route: &str, values: &[&str]| Place {
        path,
        limit: 4,
        body: None,
        scope: CursorScope::new(route, &[&[tenant], values].concat()),
    };
    let routes = [
        look_up("/credits/{tenant}", "list_credits", &[]),
        look_up("/expirationRuleSets/{tenant}", "list_rule_sets", &[]),
        look_up(
            "/credits/{tenant}/contact/ada",
            "by_contact",
            &["ada", "false"],
        ),
        look_up("/credits/{tenant}/activity/a", "by_activity", &["a"]),
        look_up(
            "/credits/{tenant}/courseRegistration/c",
            "by_course_registration",
            &["c"],
        ),
        look_up(
            "/credits/{tenant}/eventRegistration/e",
            "by_event_registration",
            &["e"],
        ),
    ];
    let searches = searches().into_iter();
    let searches = searches.map(|body| searching(tenant, body)).collect();
    let routes = routes.into_iter().map(|place| vec![place]);
    routes.chain([searches]).collect()
}

/// Returns credits of ten days and four contacts, as stored.
fn credits() -> Vec<Value> {
    let credit = |at: usize| {
        let contact = ["ada", "bob", "eve", "kim"][at % 4];
        let mut stored = credit(json!({
            "id": format!("c-{at}"), "contact_id": contact,
            "activity_id": "a", "course_registration_id": "c", "event_registration_id": "e",
            "date": format!("2026-01-{:02}", at % 10 + 1),
            "expiration_date": format!("2030-01-{:02}", at % 10 + 1),
            "quantity_used": 0, "quantity_available": 2.5, "sys_version": 1,
        }));
        if at.is_multiple_of(3) {
            stored["status"] = json!("draft");
        }
        stored
    };
    (0..12).map(credit).collect()
}

/// The parts of a forged cursor.
struct Forger {
    rng: Rng,
    odd: Vec<Value>,
}

impl Forger {
    fn new(seed: u64) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            odd: odd_values(),
        }
    }

    /// Returns the content of a plausible cursor, with `odd` odd values or a few more.
    fn content(&mut self, odd: usize) -> Value {
        let mut content = match self.rng.bool() {
            true => self.position(),
            false => json!({"a": self.position(), "u": self.position()}),
        };
        let places = ["", "/i", "/d", "/a", "/u", "/a/i", "/a/d", "/u/i", "/u/d"];
        for _ in 0..self.rng.usize(odd..odd + 3) {
            let place = places[self.rng.usize(0..places.len())];
            if let Some(value) = content.pointer_mut(place) {
                *value = self.odd[self.rng.usize(0..self.odd.len())].clone();
            }
        }
        content
    }

    fn position(&mut self) -> Value {
        let mut position = json!({"i": format!("c-{}", self.rng.u8(0..14))});
        if self.rng.u8(0..4) > 0 {
            let year = [2026, 2030][self.rng.usize(0..2)];
            position["d"] = json!(format!("{year}-01-{:02}", self.rng.u8(1..12)));
        }
        position
    }
}

/// Returns a forger with a new seed, which is printed for a failing test.
fn forger() -> Forger {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    Forger::new(seed)
}

/// Returns values that no page would contain.
fn odd_values() -> Vec<Value> {
    let repeated = |text: &str, times| json!(text.repeat(times));
    let nested = (0..200).fold(json!(1), |inner, _| Value::Array(vec![inner]));
    vec![
        json!(""),
        json!("~"),
        json!("|"),
        json!("a#credits"),
        json!("\u{0}"),
        json!("\n\u{7f}"),
        json!("\u{10ffff}"),
        json!("Zoë"),
        repeated("x", 256),
        repeated("x", 257),
        repeated("é", 128),
        repeated("\u{10ffff}", 64),
        repeated("x", 1024),
        repeated("x", 1025),
        repeated("x", 1500),
        json!("0001-01-01"),
        json!("9999-12-31"),
        json!("0000-00-00"),
        json!("2026-02-29"),
        json!("2026-01-01T00:00:00Z"),
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!([]),
        json!({}),
        json!({"i": {"i": "c-1"}}),
        json!({"pk": "other#credits", "i": "c-1", "sk": "c-1"}),
        json!(["c-1", "2026-01-01"]),
        nested,
    ]
}

/// Checks that an answer is a refusal, or pages of only these records, which end.
async fn is_harmless(place: &Place, api: &Api, content: &Value, own: &BTreeSet<String>) {
    let mut cursor = place.scope.seal(content);
    for _ in 0..MAX_PAGES {
        let answer = place.request(api, &cursor).send().await;
        let told = || format!("{} {:?} {content}: {}", place.path, place.body, answer.text);
        if answer.status == 400 {
            assert_eq!(answer.code(), "invalid-cursor", "{}", told());
            return;
        }
        assert_eq!(answer.status, 200, "{}", told());
        assert!(
            records(&answer)
                .iter()
                .all(|record| own.contains(id(record))),
            "{}",
            told()
        );
        match next(&answer) {
            Some(next) => cursor = next,
            None => return,
        }
    }
    panic!("{} {:?} {content} has no end", place.path, place.body);
}

fn records(answer: &Response) -> &[Value] {
    let items = answer.body.get("Items").unwrap_or(&answer.body);
    items.as_array().unwrap()
}

fn next(answer: &Response) -> Option<String> {
    let in_body = answer.body["LastEvaluatedKey"].as_str();
    let next = in_body.or_else(|| answer.header("x-last-evaluated-key"));
    next.map(str::to_owned)
}

#[tokio::test]
async fn no_made_up_cursor_is_a_server_error_an_endless_loop_or_a_way_to_other_data() {
    let (world, other) = (World::new().await, World::new().await);
    let mut own: BTreeSet<_> = credits().iter().map(|it| id(it).to_owned()).collect();
    let mut theirs = credits();
    for credit in &mut theirs {
        credit["id"] = json!(format!("{}-theirs", id(credit)));
    }
    bulk::write_credits(&store().await, world.api.tenant(), &credits()).await;
    bulk::write_credits(&store().await, other.api.tenant(), &theirs).await;
    for _ in 0..3 {
        own.insert(id(&world.create_rule_set(json!({})).await).to_owned());
    }
    let mut forger = forger();
    for places in all_routes(world.api.tenant()) {
        let contents = (0..count()).map(|at| forger.content(usize::from(at >= plausible())));
        let contents = contents
            .collect::<Vec<_>>()
            .into_iter()
            .zip(places.iter().cycle());
        let (world, own) = (&world, &own);
        stream::iter(contents)
            .for_each_concurrent(AT_ONCE, async |(content, place)| {
                let api = match place.path.starts_with("/credits") {
                    true => &world.api,
                    false => &world.rule_sets,
                };
                is_harmless(place, api, &content, own).await;
            })
            .await;
    }
}

/// Credits of 350 KB each that no search here finds: of each contact six on one day, six on
/// another.
fn heavy(contacts: &[&str]) -> Vec<Value> {
    let notes = "x".repeat(340 * 1024);
    let credit = |at: usize| {
        let contact = contacts[at % contacts.len()];
        let day = ["2026-01-05", "2026-01-10"][at / contacts.len() / 6];
        credit(json!({
            "id": format!("h-{at}"), "contact_id": contact, "date": day, "notes": notes,
            "quantity_used": 0, "quantity_available": 2.5, "sys_version": 1,
        }))
    };
    (0..12 * contacts.len()).map(credit).collect()
}

#[tokio::test]
async fn a_search_behind_heavy_credits_finds_its_end_with_any_cursor() {
    let world = World::new().await;
    let contacts = ["ada", "bob", "eve", "dan"];
    bulk::write_credits(&store().await, world.api.tenant(), &heavy(&contacts)).await;
    let body = json!({"contact_id": contacts, "status": ["draft"]});
    let place = Place {
        limit: 1000,
        ..searching(world.api.tenant(), body)
    };
    let own = BTreeSet::new();
    let position = |day: u8, id: &str| json!({"d": format!("2026-01-{day:02}"), "i": id});
    for content in [
        json!({}),
        json!({"u": position(10, "zzzz")}),
        json!({"u": position(10, "h-1")}),
        json!({"u": position(31, "zzzz")}),
        json!({"a": position(1, "h-1"), "u": position(10, "zzzz")}),
        json!({"a": position(10, "h-1"), "u": position(5, "h-1")}),
        json!({"a": position(5, "h-1")}),
    ] {
        is_harmless(&place, &world.api, &content, &own).await;
    }
}

/// A continuation of the sweep, which only an operator and the state machine send.
fn unsealed(content: &Value) -> String {
    format!("1.{}", URL_SAFE_NO_PAD.encode(content.to_string()))
}

#[tokio::test]
async fn no_made_up_continuation_of_the_sweep_is_a_fault_of_ours() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    sweeping.due(3).await;
    let mut forger = forger();
    for at in 0..count() {
        let place = forger.content(usize::from(at >= plausible()));
        let content = json!({"t": sweeping.tenant(), "p": place});
        let event = json!({"continuation": unsealed(&content), "dry_run": true});
        if let Err(refusal) = sweeping.try_run(event).await {
            assert_eq!(refusal.code(), "invalid-request", "{content}: {refusal:?}");
        }
    }
}
