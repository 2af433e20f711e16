//! Random requests of one tenant: none shows, or changes, anything of the other's.

use std::sync::Mutex;

use fastrand::Rng;
use futures_util::{StreamExt, stream};
use integration_tests::api::{Api, Request, routes};
use integration_tests::scale::cases;
use integration_tests::store::{Kind, kind};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::credits::{credit, id};
use crate::rule_sets::rule_set;
use crate::world::World;

/// Most of them on the embedded store: what keeps tenants apart is ours, and the same on both.
fn request_count() -> usize {
    match kind() {
        Kind::Embedded => cases(300, 3_000, 10_000),
        Kind::DynamoDbLocal => cases(200, 600, 2_000),
    }
}

const AT_ONCE: usize = 8;
/// The number of records of each kind that a tenant has.
const RECORDS: usize = 20;

/// Ids and parts of paths that have fooled other services.
const ODD: [&str; 16] = [
    "|",
    ":",
    "a|b:c",
    "#",
    "a#credits",
    "%",
    "%2F",
    "%252F",
    "..",
    ".",
    "a/../b",
    "\u{202e}",
    "Zo\u{eb}",
    "\u{0}",
    "",
    " ",
];

/// A tenant with records that contain its marker, and the cursors of its pages.
struct Tenant {
    world: World,
    marker: String,
    ids: Vec<String>,
    cursors: Vec<String>,
}

impl Tenant {
    async fn new() -> Self {
        let world = World::new().await;
        let marker = format!("marker-{}", Uuid::new_v4().simple());
        let mut ids = Vec::new();
        for _ in 0..RECORDS {
            let changes = json!({"notes": marker, "course_registration_id": "c", "event_registration_id": "e"});
            ids.push(id(&world.create(changes).await).to_owned());
            let changes = json!({"name": marker, "rules": []});
            ids.push(id(&world.create_rule_set(changes).await).to_owned());
        }
        let cursors = cursors(&world).await;
        Self {
            world,
            marker,
            ids,
            cursors,
        }
    }

    /// Returns all items of the tenant.
    async fn all(&self) -> [Value; 2] {
        let credits = self.world.api.get("/credits/{tenant}").send().await;
        let rule_sets = self.world.rule_sets.get("/expirationRuleSets/{tenant}");
        [credits.body, rule_sets.send().await.body]
    }
}

async fn cursors(world: &World) -> Vec<String> {
    let mut cursors = Vec::new();
    for place in [
        "contact/ada",
        "activity/webinar-12",
        "courseRegistration/c",
        "eventRegistration/e",
    ] {
        let page = world
            .api
            .get(&format!("/credits/{{tenant}}/{place}?limit=3"));
        let cursor = page.send().await.body["LastEvaluatedKey"].take();
        cursors.push(cursor.as_str().unwrap().to_owned());
    }
    for (api, list) in [
        (&world.api, "/credits"),
        (&world.rule_sets, "/expirationRuleSets"),
    ] {
        let page = api.get(&format!("{list}/{{tenant}}?limit=3")).send().await;
        cursors.push(page.header("x-last-evaluated-key").unwrap().to_owned());
    }
    cursors
}

/// An attacker with a key of `own` who tries to reach data of `other`.
struct Intruder<'a> {
    own: &'a Tenant,
    other: &'a Tenant,
    rng: Rng,
}

impl Intruder<'_> {
    fn request(&mut self) -> Request {
        let route = &routes()[self.rng.usize(0..routes().len())];
        let api = match route.path.starts_with("/expirationRuleSets/") {
            true => &self.own.world.rule_sets,
            false => &self.own.world.api,
        };
        let path = route.path.split('/').map(|segment| self.segment(segment));
        let path: Vec<_> = path.collect();
        let query = self.query();
        let request = api.request(&route.method, &format!("{}?{query}", path.join("/")));
        self.with_body(request, &route.method, &route.path)
    }

    fn segment(&mut self, segment: &str) -> String {
        let value = match segment {
            "{tenantId}" => self.tenant(),
            "{id}" => self.id(),
            "{contact_id}" => self.one_of(&["ada", "grace"]),
            "{activity_id}" => self.one_of(&["webinar-12"]),
            "{course_registration_id}" => self.one_of(&["c"]),
            "{event_registration_id}" => self.one_of(&["e"]),
            parameter if parameter.starts_with('{') => self.id(),
            fixed => return fixed.to_owned(),
        };
        utf8_percent_encode(&value, NON_ALPHANUMERIC).to_string()
    }

    fn tenant(&mut self) -> String {
        let (own, other) = (self.own.world.api.tenant(), self.other.world.api.tenant());
        match self.rng.u8(0..10) {
            0..=5 => own.to_owned(),
            6..=7 => other.to_owned(),
            8 => format!("{own}/../{other}"),
            _ => self.odd(),
        }
    }

    fn id(&mut self) -> String {
        let their = &self.other.ids;
        match self.rng.u8(0..10) {
            0..=1 => self.own.ids[self.rng.usize(0..self.own.ids.len())].clone(),
            2..=5 => their[self.rng.usize(0..their.len())].clone(),
            6 => format!("../{}/{}", self.other.world.api.tenant(), their[0]),
            7 => format!("{}#credits", self.other.world.api.tenant()),
            _ => self.odd(),
        }
    }

    fn one_of(&mut self, known: &[&str]) -> String {
        match self.rng.u8(0..10) {
            0..=7 => known[self.rng.usize(0..known.len())].to_owned(),
            _ => self.odd(),
        }
    }

    fn odd(&mut self) -> String {
        let pieces = self.rng.usize(1..3);
        (0..pieces)
            .map(|_| ODD[self.rng.usize(0..ODD.len())])
            .collect()
    }

    fn query(&mut self) -> String {
        let mut pairs = Vec::new();
        if self.rng.bool() {
            pairs.push(format!("limit={}", self.rng.u8(0..5)));
        }
        if self.rng.bool() {
            let cursor = self.cursor();
            let cursor = utf8_percent_encode(&cursor, NON_ALPHANUMERIC);
            pairs.push(format!("exclusiveStartKey={cursor}"));
        }
        if self.rng.u8(0..4) == 0 {
            let fields = self.one_of(&["id,notes", "notes", "name", "pk", "tenant_id", "*"]);
            let fields = utf8_percent_encode(&fields, NON_ALPHANUMERIC);
            pairs.push(format!("fields={fields}"));
        }
        pairs.join("&")
    }

    /// Returns a cursor of either tenant, unchanged, with a flipped byte or cut off; or an id.
    fn cursor(&mut self) -> String {
        let from = match self.rng.bool() {
            true => &self.own.cursors,
            false => &self.other.cursors,
        };
        let mut cursor = from[self.rng.usize(0..from.len())].clone().into_bytes();
        let at = self.rng.usize(0..cursor.len());
        match self.rng.u8(0..4) {
            0 => cursor[at] = self.rng.alphanumeric() as u8,
            1 => cursor.truncate(at),
            2 => return self.id(),
            _ => {}
        }
        String::from_utf8(cursor).unwrap()
    }

    fn with_body(&mut self, request: Request, method: &str, path: &str) -> Request {
        let (id, other) = (self.id(), self.other.world.api.tenant());
        let last = path.rsplit('/').next().unwrap_or_default();
        match (method, last) {
            ("POST", "batch") => request.json(&json!({"operations": [
                {"operation": "update", "id": id, "object": credit(json!({}))},
                {"operation": "patch", "id": self.id(), "patch_directives": [
                    {"op": "copy", "from": "/notes", "path": "/sys_external_id"}]},
                {"operation": "delete", "id": self.id()},
            ]})),
            ("POST", "search") => request.json(&json!({"ids": [id], "contact_id": ["ada"]})),
            ("POST", "consume") => request.json(&json!({"application_id": id, "quantity": 1})),
            ("POST", "evaluate") => {
                request.json(&json!({"facts": {"id": id}, "date": "2026-03-14"}))
            }
            ("POST" | "PUT", _) if path.starts_with("/credits") => {
                let directive = format!("expiration_rule_set:{id}");
                request.json(&credit(
                    json!({"sys_directive": directive, "sys_external_id": other}),
                ))
            }
            ("POST" | "PUT", _) => request.json(&rule_set(json!({"sys_external_id": other}))),
            ("PATCH", _) => {
                request.json_patch(&json!([{"op": "add", "path": "/sys_external_id", "value": id}]))
            }
            _ => request,
        }
    }
}

#[tokio::test]
async fn no_answer_to_one_tenant_ever_holds_anything_of_another() {
    let (own, other) = (Tenant::new().await, Tenant::new().await);
    let before = other.all().await;
    let seed = fastrand::u64(..);
    let mut intruder = Intruder {
        own: &own,
        other: &other,
        rng: Rng::with_seed(seed),
    };
    let statuses = Mutex::new(std::collections::BTreeMap::<u16, usize>::new());
    let requests = (0..request_count()).map(|_| intruder.request());
    stream::iter(requests)
        .for_each_concurrent(AT_ONCE, async |request| {
            let answer = request.send().await;
            let told = format!("{:?} {}", answer.headers, answer.text);
            assert!(!told.contains(&other.marker), "seed {seed}: {told}");
            assert!(answer.status < 500, "seed {seed}: {told}");
            *statuses.lock().unwrap().entry(answer.status).or_default() += 1;
        })
        .await;
    assert_eq!(other.all().await, before, "seed {seed}");
    let statuses = statuses.into_inner().unwrap();
    for status in [200, 400, 403, 404] {
        let seen = statuses.get(&status).copied().unwrap_or_default();
        assert!(seen > request_count() / 50, "seed {seed}: {statuses:?}");
    }
}

#[tokio::test]
async fn the_marker_is_found_where_it_is() {
    let tenant = Tenant::new().await;
    let api: &Api = &tenant.world.api;
    let answer = api.get(&format!("/credits/{{tenant}}/{}", tenant.ids[0]));
    assert!(answer.send().await.text.contains(&tenant.marker));
}
