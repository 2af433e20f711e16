//! Every kind of request, and its answer while the store is away.

use std::time::Duration;

use futures_util::future::join_all;
use integration_tests::api::{Api, Request, Response};
use serde_json::{Value, json};

use super::{Item, Outages};
use crate::credits::{credit, path};
use crate::rule_sets;

/// The code for a write that surely changed nothing.
pub(super) const NOTHING_DONE: &[&str] = &["unavailable"];
/// The code for a write that was sent and got no answer.
pub(super) const NOT_KNOWN: &[&str] = &["outcome-unknown"];
/// The codes for writes, some of which failed at their read.
pub(super) const NOT_KNOWN_IF_SENT: &[&str] = &["unavailable", "outcome-unknown"];

const CONSUME: &str = "/credits/{tenant}/contact/ada/consume";

/// The records of a tenant that the requests use.
pub(super) struct Records {
    credit: Value,
    rule_set: Value,
}

impl Outages {
    /// Makes records, before the store is away.
    pub(super) async fn records(&self) -> Records {
        let records = Records {
            credit: self.world.create(json!({})).await,
            rule_set: self.world.create_rule_set(json!({})).await,
        };
        let order = json!({"application_id": "earlier", "quantity": 1});
        let consume = self.world.api.post(CONSUME).json(&order);
        assert_eq!(consume.send().await.status, 200);
        records
    }

    /// Sends requests of every kind, and sees that each is refused within `time`, a write with one
    /// of `codes`, and that the table is as it was.
    pub(super) async fn refuse_everything(
        &self,
        records: &Records,
        time: Duration,
        codes: &[&str],
    ) {
        let before = self.stored().await;
        let (api, rule_sets) = (self.api.within(time), self.rule_sets.within(time));
        tokio::join!(
            all_are_unavailable(records.reads(&api, &rule_sets), NOTHING_DONE),
            all_are_unavailable(records.writes(&api, &rule_sets), codes),
            each_is_unavailable(records.batch(&api), codes),
        );
        self.is_as_it_was(before).await;
    }

    /// The same for writes only, while reads still succeed.
    pub(super) async fn refuse_writes(&self, records: &Records, codes: &[&str]) {
        let before = self.stored().await;
        tokio::join!(
            all_are_unavailable(records.writes(&self.api, &self.rule_sets), codes),
            each_is_unavailable(records.batch(&self.api), codes),
        );
        self.is_as_it_was(before).await;
    }

    /// The same for reads only.
    pub(super) async fn refuse_reads(&self, records: &Records) {
        let before = self.stored().await;
        let reads = records.reads(&self.api, &self.rule_sets);
        all_are_unavailable(reads, NOTHING_DONE).await;
        self.is_as_it_was(before).await;
    }

    async fn is_as_it_was(&self, before: Vec<Item>) {
        assert_eq!(self.proxy.recorder().applied_writes(), 0);
        assert_eq!(self.stored().await, before);
    }
}

impl Records {
    fn reads(&self, api: &Api, rule_sets: &Api) -> Vec<(&'static str, Request)> {
        let search = |body| api.post("/credits/{tenant}/search").json(&body);
        let evaluate = format!("{}/evaluate", rule_sets::path(&self.rule_set));
        let question = json!({"facts": {}, "date": "2026-03-14"});
        let id = &self.credit["id"];
        vec![
            ("get", api.get(&path(&self.credit))),
            ("list", api.get("/credits/{tenant}")),
            ("look up", api.get("/credits/{tenant}/contact/ada")),
            ("search by ids", search(json!({"ids": [id]}))),
            ("search by contacts", search(json!({"contact_id": ["ada"]}))),
            ("evaluate", rule_sets.post(&evaluate).json(&question)),
        ]
    }

    fn writes(&self, api: &Api, rule_sets: &Api) -> Vec<(&'static str, Request)> {
        let path = path(&self.credit);
        let create = api.post("/credits/{tenant}");
        let replacement = credit(json!({"notes": "n"}));
        let order = json!({"application_id": "renewal", "quantity": 1});
        let rule_set = rule_sets::rule_set(json!({"name": "other"}));
        let rule_set_path = rule_sets::path(&self.rule_set);
        let create_rule_set = rule_sets.post("/expirationRuleSets/{tenant}");
        let replace_rule_set = rule_sets.put(&rule_set_path);
        vec![
            ("create", create.json(&replacement)),
            ("replace", api.put(&path).json(&replacement)),
            ("patch", api.patch(&path).json_patch(&note())),
            ("delete", api.delete(&path)),
            ("consume", api.post(CONSUME).json(&order)),
            ("release", api.delete(&format!("{CONSUME}/earlier"))),
            ("create a rule set", create_rule_set.json(&rule_set)),
            ("replace a rule set", replace_rule_set.json(&rule_set)),
            ("delete a rule set", rule_sets.delete(&rule_set_path)),
        ]
    }

    fn batch(&self, api: &Api) -> Request {
        let id = &self.credit["id"];
        let operations = json!([
            {"operation": "create", "object": credit(json!({}))},
            {"operation": "patch", "id": id, "patch_directives": note()},
            {"operation": "delete", "id": id},
        ]);
        let body = json!({ "operations": operations });
        api.post("/credits/{tenant}/batch").json(&body)
    }
}

fn note() -> Value {
    json!([{"op": "add", "path": "/notes", "value": "n"}])
}

async fn all_are_unavailable(requests: Vec<(&str, Request)>, codes: &[&str]) {
    let requests = requests.into_iter();
    let answers = requests.map(async |(name, request)| (name, request.send().await));
    for (name, answer) in join_all(answers).await {
        is_unavailable(name, &answer, codes);
    }
}

/// Checks a refusal: it has `Retry-After`, and no text of the store.
fn is_unavailable(name: &str, answer: &Response, codes: &[&str]) {
    let told = (answer.status, answer.header("retry-after"));
    assert_eq!(told, (503, Some("1")), "{name}");
    assert!(codes.contains(&answer.code()), "{name}: {}", answer.code());
    let media_type = answer.header("content-type");
    assert_eq!(media_type, Some("application/problem+json"), "{name}");
    let id = answer.header("x-request-id");
    assert_eq!(answer.body["instance"].as_str(), id, "{name}");
    let text = answer.text.to_lowercase();
    let is_discreet = !text.contains("dynamo") && !text.contains("127.0.0.1");
    assert!(is_discreet, "{name}: {text}");
}

/// Checks a batch, which is answered as a whole with refused operations.
async fn each_is_unavailable(batch: Request, codes: &[&str]) {
    let answer = batch.send().await;
    let told = (answer.status, &answer.body["success_count"]);
    assert_eq!(told, (200, &json!(0)), "{}", answer.text);
    for result in answer.body["results"].as_array().unwrap() {
        let message = result["error_message"].as_str().unwrap();
        let code = message.split(": ").next().unwrap_or_default();
        assert!(codes.contains(&code), "{message}");
    }
}
