//! Writes whose response is lost while others write to the same record: what was done is said to be
//! done, and what cannot be known is said to be so.

use integration_tests::api::{Request, Response};
use integration_tests::scale::cases;
use integration_tests::store::{Kind, kind};
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::base::clock::Clock;
use shared::base::error::Error;
use shared::model::credit::Credit;
use shared::model::id::TenantId;
use shared::protocol::conditions::WriteOptions;
use shared::repository::Collection;

use super::{World, credit, id, path};

/// The requests of the writer under test. Each must be applied exactly once.
#[derive(Clone, Copy, Debug)]
enum Verb {
    Patch,
    PatchIfMatch,
    Replace,
    ReplaceIfMatch,
    Delete,
    DeleteIfMatch,
}

const VERBS: [Verb; 6] = [
    Verb::Patch,
    Verb::PatchIfMatch,
    Verb::Replace,
    Verb::ReplaceIfMatch,
    Verb::Delete,
    Verb::DeleteIfMatch,
];

impl Verb {
    fn request(self, world: &World, created: &Value, key: Option<&str>) -> Request {
        let path = path(created);
        let request = match self {
            Self::Patch | Self::PatchIfMatch => world.api.patch(&path).json_patch(&taken()),
            Self::Replace | Self::ReplaceIfMatch => world.api.put(&path).json(&used_once()),
            Self::Delete | Self::DeleteIfMatch => world.api.delete(&path),
        };
        let request = match self {
            Self::PatchIfMatch | Self::ReplaceIfMatch | Self::DeleteIfMatch => {
                request.header("if-match", "\"1\"")
            }
            Self::Patch | Self::Replace | Self::Delete => request,
        };
        match key {
            Some(key) => request.header("idempotency-key", key),
            None => request,
        }
    }

    fn deletes(self) -> bool {
        matches!(self, Self::Delete | Self::DeleteIfMatch)
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
    /// Makes `writes` writes of another client directly in the table, with times in one second: on
    /// a slow machine they would take longer than a write log reaches back. The first restores
    /// a deleted record.
    fn others(&self, created: &Value, writes: usize) -> impl Future<Output = ()> + Send + use<> {
        let tenant = self.api.tenant().parse::<TenantId>().unwrap();
        let (now, id) = (Timestamp::now(), id(created).to_owned());
        let table = self.table.clone().with_clock(Clock::from_fn(move || now));
        async move {
            for write in 0..writes {
                let credits = table.collection::<Credit>(&tenant);
                if write > 0 || !is_restored(&credits, &id).await {
                    write_once(&credits, &id).await;
                }
            }
        }
    }

    /// Changes the log as more writes than it can hold would.
    fn forget(&self, created: &Value) -> impl Future<Output = ()> + Send + use<> {
        let update = self.update("credits", id(created));
        let update = update.update_expression("REMOVE last_write_ids");
        async move { drop(update.send().await.unwrap()) }
    }
}

/// Brings a record back, if it was deleted; whether it was.
async fn is_restored(credits: &Collection<'_, Credit>, id: &str) -> bool {
    let restored = credits.restore(id).await;
    let is_there = |refusal: &Error| refusal.code() == "version-conflict";
    assert!(restored.as_ref().err().is_none_or(is_there), "{restored:?}");
    restored.is_ok()
}

async fn write_once(credits: &Collection<'_, Credit>, id: &str) {
    let touch = |mut credit: Credit| async {
        credit.system.sys_version += 1;
        Ok(credit)
    };
    credits
        .replace(id, &WriteOptions::default(), touch)
        .await
        .unwrap();
}

/// Sends a request. Its first response is lost while others write to the record.
async fn sent_among(world: &World, created: &Value, request: Request, others: usize) -> Response {
    let others = world.others(created, others);
    world.faults.on("PutItem").lose_response_then(others);
    let answer = request.send().await;
    assert!(world.faults.all_happened());
    answer
}

fn is_done(verb: Verb, answer: &Response, created: &Value) {
    assert_eq!(answer.status, 200, "{verb:?}: {}", answer.text);
    match verb.deletes() {
        true => assert_eq!(answer.body, created["id"]),
        false => assert_eq!(answer.body["sys_version"], 2, "{verb:?}"),
    }
}

/// Checks that a write was done once, and `others` after it.
async fn is_stored_once(world: &World, verb: Verb, created: &Value, others: usize) {
    let stored = world.read(id(created)).await;
    let told = (&stored.body["quantity_used"], &stored.body["sys_version"]);
    match (verb.deletes(), others) {
        (true, 0) => assert_eq!(stored.status, 404, "{verb:?}"),
        // The tombstone keeps the version of what was deleted.
        (true, _) => assert_eq!(told, (&json!(0), &json!(1 + others)), "{verb:?}"),
        (false, _) => assert_eq!(told, (&json!(1), &json!(2 + others)), "{verb:?}"),
    }
}

/// Returns the numbers of other writes in between. The write log is our own code, and a usual item
/// for a store, so many writes on one store are enough.
fn counts() -> &'static [usize] {
    let in_ci = match kind() {
        Kind::Embedded => 1,
        Kind::DynamoDbLocal => 0,
    };
    match cases(0, in_ci, 2) {
        0 => &[0, 5, 20],
        1 => &[0, 5, 200],
        _ => &[0, 1, 4, 5, 6, 50, 200],
    }
}

#[tokio::test]
async fn a_lost_response_behind_any_number_of_other_writes_is_one_success_and_one_write() {
    let world = World::new().await;
    for verb in VERBS {
        for key in [None, Some("key")] {
            for others in counts() {
                let created = open_credit(&world).await;
                let request = verb.request(&world, &created, key);
                let answer = sent_among(&world, &created, request, *others).await;
                is_done(verb, &answer, &created);
                is_stored_once(&world, verb, &created, *others).await;
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
    for verb in VERBS {
        let created = open_credit(&world).await;
        let request = verb.request(&world, &created, None);
        let answer = sent_among_too_many(&world, &created, request).await;
        let told = (answer.status, answer.code(), answer.header("retry-after"));
        assert_eq!(told, (503, "outcome-unknown", Some("1")), "{}", answer.text);
        is_stored_once(&world, verb, &created, 1).await;
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
