//! Writes whose response is lost while others write to the same record: what was done is said to be
//! done, and what cannot be known is said to be so.

use integration_tests::api::{Request, Response};
use integration_tests::scale::full_or;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::base::clock::Clock;
use shared::model::credit::Credit;
use shared::model::id::TenantId;
use shared::protocol::conditions::WriteOptions;
use shared::repository::Table;

use super::{World, credit, id, path};

/// What the writer under test sends; each must be applied exactly once.
#[derive(Clone, Copy, Debug)]
enum Verb {
    Patch,
    PatchIfMatch,
    Replace,
    ReplaceIfMatch,
    Delete,
}

const VERBS: [Verb; 5] = [
    Verb::Patch,
    Verb::PatchIfMatch,
    Verb::Replace,
    Verb::ReplaceIfMatch,
    Verb::Delete,
];

impl Verb {
    fn request(self, world: &World, created: &Value, key: Option<&str>) -> Request {
        let path = path(created);
        let request = match self {
            Self::Patch | Self::PatchIfMatch => world.api.patch(&path).json_patch(&taken()),
            Self::Replace | Self::ReplaceIfMatch => world.api.put(&path).json(&used_once()),
            Self::Delete => world.api.delete(&path),
        };
        let request = match self {
            Self::PatchIfMatch | Self::ReplaceIfMatch => request.header("if-match", "\"1\""),
            Self::Patch | Self::Replace | Self::Delete => request,
        };
        match key {
            Some(key) => request.header("idempotency-key", key),
            None => request,
        }
    }
}

fn taken() -> Value {
    json!([{"op": "add", "path": "/usages/-", "value": {"application_id": "mine", "quantity": 1}}])
}

fn used_once() -> Value {
    let usages = json!([{"application_id": "mine", "quantity": 1}]);
    credit(json!({ "usages": usages, "quantity": 9 }))
}

async fn open_credit(world: &World) -> Value {
    world.create(json!({"usages": [], "quantity": 9})).await
}

impl World {
    /// As many writes of somebody else, straight at the table, and all in one second: on a slow machine
    /// they would take longer than a log of writes reaches back.
    fn others(&self, created: &Value, writes: usize) -> impl Future<Output = ()> + Send + use<> {
        let tenant = self.api.tenant().parse::<TenantId>().unwrap();
        let (now, id) = (Timestamp::now(), id(created).to_owned());
        let table = self.table.clone().with_clock(Clock::from_fn(move || now));
        async move {
            for _ in 0..writes {
                write_once(&table, &tenant, &id).await;
            }
        }
    }

    /// What more writes than a log holds would do to it.
    fn forget(&self, created: &Value) -> impl Future<Output = ()> + Send + use<> {
        let update = self.update("credits", id(created));
        let update = update.update_expression("REMOVE last_write_ids");
        async move { drop(update.send().await.unwrap()) }
    }
}

async fn write_once(table: &Table, tenant: &TenantId, id: &str) {
    let credits = table.collection::<Credit>(tenant);
    let touch = |mut credit: Credit| async {
        credit.system.sys_version += 1;
        Ok(credit)
    };
    credits
        .replace(id, &WriteOptions::default(), touch)
        .await
        .unwrap();
}

/// Sends a request whose first response is lost while others write to the record.
async fn sent_among(world: &World, created: &Value, request: Request, others: usize) -> Response {
    let others = world.others(created, others);
    world.faults.on("PutItem").lose_response_then(others);
    let answer = request.send().await;
    assert!(world.faults.all_happened());
    answer
}

fn is_done(verb: Verb, answer: &Response, created: &Value) {
    assert_eq!(answer.status, 200, "{verb:?}: {}", answer.text);
    match verb {
        Verb::Delete => assert_eq!(answer.body, created["id"]),
        _ => assert_eq!(answer.body["sys_version"], 2, "{verb:?}"),
    }
}

#[tokio::test]
async fn a_lost_response_behind_any_number_of_other_writes_is_one_success_and_one_write() {
    let world = World::new().await;
    let counts: &[usize] = match full_or(1, 0) {
        0 => &[0, 5, 40],
        _ => &[0, 1, 4, 5, 6, 50, 200],
    };
    for verb in VERBS {
        for key in [None, Some("key")] {
            // Others cannot write to what is deleted.
            let counts = match verb {
                Verb::Delete => &[0],
                _ => counts,
            };
            for others in counts {
                let created = open_credit(&world).await;
                let request = verb.request(&world, &created, key);
                let answer = sent_among(&world, &created, request, *others).await;
                is_done(verb, &answer, &created);
                let stored = world.read(id(&created)).await;
                if !matches!(verb, Verb::Delete) {
                    assert_eq!(stored.body["quantity_used"], 1, "{verb:?}, {others} others");
                    assert_eq!(stored.body["sys_version"], 2 + others);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_patch_whose_response_is_lost_before_others_delete_the_record_was_done() {
    let world = World::new().await;
    let created = open_credit(&world).await;
    let (api, target) = (world.api.clone(), path(&created));
    world.faults.on("PutItem").lose_response_then(async move {
        for _ in 0..5 {
            let note = json!([{"op": "add", "path": "/notes", "value": "other"}]);
            let noted = api.patch(&target).json_patch(&note).send().await;
            assert_eq!(noted.status, 200, "{}", noted.text);
        }
        assert_eq!(api.delete(&target).send().await.status, 200);
    });
    let patched = Verb::PatchIfMatch.request(&world, &created, None);
    is_done(Verb::PatchIfMatch, &patched.send().await, &created);
    assert_eq!(world.read(id(&created)).await.status, 404);
}

/// Sends a request whose first response is lost, while others write more than a log holds.
async fn sent_among_too_many(world: &World, created: &Value, request: Request) -> Response {
    let (others, forgotten) = (world.others(created, 1), world.forget(created));
    world.faults.on("PutItem").lose_response_then(async {
        others.await;
        forgotten.await;
    });
    request.send().await
}

#[tokio::test]
async fn what_the_log_of_a_record_no_longer_tells_is_a_503_that_says_so_and_is_not_done_twice() {
    let world = World::new().await;
    for verb in [
        Verb::Patch,
        Verb::PatchIfMatch,
        Verb::Replace,
        Verb::ReplaceIfMatch,
    ] {
        let created = open_credit(&world).await;
        let request = verb.request(&world, &created, None);
        let answer = sent_among_too_many(&world, &created, request).await;
        let told = (answer.status, answer.code(), answer.header("retry-after"));
        assert_eq!(told, (503, "outcome-unknown", Some("1")), "{}", answer.text);
        assert_eq!(world.read(id(&created)).await.body["quantity_used"], 1);
    }
}

#[tokio::test]
async fn a_key_is_remembered_for_longer_than_the_log_reaches_back() {
    let world = World::new().await;
    for verb in [Verb::PatchIfMatch, Verb::Replace] {
        let created = open_credit(&world).await;
        let request = verb.request(&world, &created, Some("key"));
        let answer = sent_among_too_many(&world, &created, request).await;
        let now = world.read(id(&created)).await.body;
        assert_eq!((answer.status, &answer.body), (200, &now));
        assert_eq!(now["quantity_used"], 1);
    }
}

#[tokio::test]
async fn a_refused_first_attempt_leaves_nothing_unclear() {
    let world = World::new().await;
    let created = open_credit(&world).await;
    let (others, forgotten) = (world.others(&created, 1), world.forget(&created));
    world.faults.on("PutItem").throttle();
    world.faults.on("PutItem").run_first(async {
        others.await;
        forgotten.await;
    });
    let patched = Verb::Patch.request(&world, &created, None).send().await;
    let told = (patched.status, &patched.body["sys_version"]);
    assert_eq!(told, (200, &json!(3)), "{}", patched.text);
}

#[tokio::test]
async fn a_create_whose_response_is_lost_behind_others_is_one_success_with_and_without_a_key() {
    let world = World::new().await;
    for key in [None, Some("create")] {
        let note = json!([{"op": "add", "path": "/notes", "value": "other"}]);
        let mut request = world.api.post("/credits/{tenant}").json(&credit(json!({})));
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let api = world.api.clone();
        world.faults.on("PutItem").lose_response_then(async move {
            let listed = api.get("/credits/{tenant}?fields=notes").send().await;
            let fresh = listed.body.as_array().unwrap().iter();
            for credit in fresh.filter(|credit| credit.get("notes").is_none()) {
                let patch = api.patch(&path(credit)).json_patch(&note);
                assert_eq!(patch.send().await.status, 200);
            }
        });
        let created = request.send().await;
        let told = (created.status, &created.body["sys_version"]);
        assert_eq!(told, (200, &json!(1)), "{}", created.text);
    }
    let all = world.api.get("/credits/{tenant}").send().await;
    assert_eq!(all.body.as_array().map(Vec::len), Some(2));
}
