//! Two requests for the same record at the same moment, in either order.

use serde_json::{Value, json};
use shared::model::credit::Credit;
use shared::model::id::TenantId;

use super::{World, credit, id, path};
use crate::rule_sets;
use crate::sweep::Sweeping;

fn note() -> Value {
    json!([{"op": "add", "path": "/notes", "value": "n"}])
}

impl World {
    /// Returns the record in the only tombstone.
    async fn only_tombstone(&self) -> Value {
        let tenant = self.api.tenant().parse::<TenantId>().unwrap();
        let credits = self.table.collection::<Credit>(&tenant);
        let deleted = credits.deleted().await.unwrap();
        assert_eq!(deleted.len(), 1);
        let id = deleted[0].id.clone();
        credits.restore(&id).await.unwrap();
        self.read(&id).await.body
    }
}

#[tokio::test]
async fn a_patch_that_meets_a_delete_finds_nothing_and_brings_nothing_back() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let (api, target) = (world.api.clone(), path(&created));
    world.faults.on("PutItem").run_first(async move {
        assert_eq!(api.delete(&target).send().await.status, 200);
    });
    let patch = world.patch(&created, &note());
    let answer = patch.send().await;
    assert_eq!((answer.status, answer.code()), (404, "not-found"));
    assert!(world.faults.all_happened());
    assert_eq!(world.read(id(&created)).await.status, 404);
    assert_eq!(world.only_tombstone().await.get("notes"), None);
}

#[tokio::test]
async fn a_delete_that_meets_a_patch_deletes_what_the_patch_has_made() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let (api, target) = (world.api.clone(), path(&created));
    world.faults.on("PutItem").run_first(async move {
        let patched = api.patch(&target).json_patch(&note()).send().await;
        assert_eq!(patched.status, 200);
    });
    let deleted = world.api.delete(&path(&created)).send().await;
    assert_eq!((deleted.status, &deleted.body), (200, &created["id"]));
    assert!(world.faults.all_happened());
    assert_eq!(world.read(id(&created)).await.status, 404);
    assert_eq!(world.only_tombstone().await["notes"], "n");
}

#[tokio::test]
async fn a_delete_of_a_version_that_a_patch_has_left_behind_is_refused() {
    let world = World::new().await;
    let created = world.create(json!({})).await;
    let (api, target) = (world.api.clone(), path(&created));
    world.faults.on("PutItem").run_first(async move {
        let patched = api.patch(&target).json_patch(&note()).send().await;
        assert_eq!(patched.status, 200);
    });
    let delete = world.api.delete(&path(&created));
    let answer = delete.header("if-match", "\"1\"").send().await;
    assert_eq!((answer.status, answer.code()), (412, "precondition-failed"));
    assert!(world.faults.all_happened());
    assert_eq!(world.read(id(&created)).await.body["notes"], "n");
}

/// Returns an order for the last valid day of the credit.
fn order() -> Value {
    json!({"application_id": "renewal", "quantity": 1, "as_of": "2026-01-31"})
}

const CONSUME: &str = "/credits/{tenant}/contact/ada/consume";

#[tokio::test]
async fn a_consumption_that_meets_the_sweep_takes_nothing_of_what_was_archived() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    let credit = sweeping.expiring("2026-01-31").await;
    let sweep = sweeping.sweep.clone();
    let event = json!({"tenants": [sweeping.tenant()]});
    let transaction = sweeping.world.faults.on("TransactWriteItems");
    transaction.run_first(async move {
        let invocation = crate::sweep::invocation();
        let report = sweep.handle(event, &invocation).await.unwrap();
        assert_eq!(report["archived"], 1, "{report}");
    });
    let answer = sweeping.world.api.post(CONSUME).json(&order()).send().await;
    let told = (answer.status, answer.code());
    assert_eq!(told, (409, "insufficient-credits"), "{}", answer.text);
    assert!(sweeping.world.faults.all_happened());
    let after = sweeping.world.read(id(&credit)).await.body;
    assert_eq!(
        (&after["status"], &after["sys_version"]),
        (&json!("archived"), &json!(2))
    );
    assert_eq!(after["quantity_used"], 0);
}

#[tokio::test]
async fn a_sweep_that_meets_a_consumption_archives_the_credit_with_what_was_taken() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    let credit = sweeping.expiring("2026-01-31").await;
    let api = sweeping.world.api.clone();
    sweeping
        .world
        .faults
        .on("UpdateItem")
        .run_first(async move {
            let taken = api.post(CONSUME).json(&order()).send().await;
            assert_eq!(taken.status, 200, "{}", taken.text);
        });
    assert_eq!(sweeping.run(json!({})).await.archived, 1);
    assert!(sweeping.world.faults.all_happened());
    let after = sweeping.world.read(id(&credit)).await.body;
    assert_eq!(
        (&after["status"], &after["sys_version"]),
        (&json!("archived"), &json!(3))
    );
    assert_eq!(
        after["usages"],
        json!([{"application_id": "renewal", "quantity": 1}])
    );
    // The receipt still allows a full release.
    let released = sweeping.world.api.delete(&format!("{CONSUME}/renewal"));
    assert_eq!(released.send().await.status, 200);
    let after = sweeping.world.read(id(&credit)).await.body;
    assert_eq!(
        (&after["status"], &after["quantity_used"]),
        (&json!("archived"), &json!(0))
    );
}

#[tokio::test]
async fn a_rule_set_that_is_deleted_meanwhile_has_decided_and_decides_no_more() {
    let world = World::new().await;
    let set = world.create_rule_set(json!({})).await;
    let directive = format!("expiration_rule_set:{}", set["id"].as_str().unwrap());
    let asking = credit(json!({"sys_directive": directive, "date": "2026-03-14"}));
    let (api, target) = (world.rule_sets.clone(), rule_sets::path(&set));
    world.faults.on("PutItem").run_first(async move {
        assert_eq!(api.delete(&target).send().await.status, 200);
    });
    let create = || world.api.post("/credits/{tenant}").json(&asking);
    let created = create().send().await;
    assert_eq!(
        created.body["expiration_date"], "2027-03-14",
        "{}",
        created.text
    );
    assert!(world.faults.all_happened());

    let refusal = world.refused(create(), 400, "validation-failed").await;
    assert_eq!(refusal.pointers(), ["/sys_directive"]);
    let path = format!("{}/expiration?asOf=2027-03-15", path(&created.body));
    let standing = world.api.get(&path).send().await;
    assert_eq!(standing.body["standing"], "expired", "{}", standing.text);
    assert_eq!(standing.body["decided_by"]["rule_set_id"], set["id"]);
}

#[tokio::test]
async fn a_refused_create_is_repaired_under_the_same_key_and_then_kept() {
    let world = World::new().await;
    let create = |quantity: f64| {
        let create = world.api.post("/credits/{tenant}");
        let create = create.header("idempotency-key", "once");
        create.json(&credit(json!({ "quantity": quantity })))
    };
    world.refused(create(0.0), 400, "validation-failed").await;
    let repaired = create(1.5).send().await;
    let replayed = repaired.header("idempotency-replayed");
    assert_eq!(
        (repaired.status, replayed),
        (200, None),
        "{}",
        repaired.text
    );
    let again = create(1.5).send().await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.body, repaired.body);
    // The operation that was refused then is refused now, for its own fault.
    world.refused(create(0.0), 400, "validation-failed").await;
    let listed = world.api.get("/credits/{tenant}").send().await;
    assert_eq!(listed.body, json!([repaired.body]));
}

#[tokio::test]
async fn a_batch_that_is_throttled_midway_is_completed_by_its_repeat() {
    const OPERATIONS: usize = 60;
    let world = World::new().await;
    let create = json!({"operation": "create", "object": credit(json!({}))});
    let operations = json!({"operations": vec![create; OPERATIONS]});
    let batch = || {
        let batch = world.api.post("/credits/{tenant}/batch");
        batch.header("idempotency-key", "all").json(&operations)
    };
    world.faults.on("PutItem").after(20).times(60).throttle();
    let first = batch().send().await;
    assert_eq!(first.status, 200, "{}", first.text);
    assert!(world.faults.all_happened());
    let outcomes = first.body["results"].as_array().unwrap();
    let failed = outcomes.iter().filter(|it| it["outcome"] == "error");
    let messages: Vec<_> = failed.map(|it| it["error_message"].to_string()).collect();
    assert!(
        messages.iter().all(|it| it.starts_with("\"unavailable: ")),
        "{messages:?}"
    );
    let stored = || async {
        let list = world.api.get("/credits/{tenant}?limit=1000&fields=id");
        list.send().await.body.as_array().unwrap().len()
    };
    assert_eq!(stored().await, OPERATIONS - messages.len());

    let second = batch().send().await;
    assert_eq!(second.body["success_count"], OPERATIONS, "{}", second.text);
    assert_eq!(stored().await, OPERATIONS);
    assert_eq!(world.faults.recorder().applied_writes(), OPERATIONS);
}

#[tokio::test]
async fn two_tenants_in_turn_on_one_warm_function_see_their_own_alone() {
    let world = World::new().await;
    let other = integration_tests::store::tenant();
    let everything = ["read", "write", "admin"];
    let names = [world.api.tenant().to_owned(), other];
    let apis = names.each_ref().map(|tenant| {
        let api = world.api.for_tenant(tenant);
        api.as_principal(&format!("p-{tenant}"), &[tenant], &everything)
    });
    let mut own: [Vec<Value>; 2] = Default::default();
    for turn in 0..6 {
        let (api, other) = (&apis[turn % 2], &apis[(turn + 1) % 2]);
        let created = api.post("/credits/{tenant}").json(&credit(json!({})));
        let created = created.header("idempotency-key", format!("k-{}", turn / 2));
        let created = created.send().await;
        assert_eq!(created.header("idempotency-replayed"), None);
        let author = &created.body["sys_last_security_context"];
        assert_eq!(author["tenant_id"], names[turn % 2]);
        assert_eq!(author["principal_id"], format!("p-{}", names[turn % 2]));
        own[turn % 2].push(created.body["id"].clone());
        assert_eq!(other.get(&path(&created.body)).send().await.status, 404);
        for (api, own) in apis.iter().zip(&mut own) {
            let listed = api.get("/credits/{tenant}?fields=id").send().await;
            let listed = listed.body.as_array().unwrap().clone();
            let mut listed: Vec<_> = listed.iter().map(|it| it["id"].clone()).collect();
            listed.sort_by_key(Value::to_string);
            own.sort_by_key(Value::to_string);
            assert_eq!(&listed, own);
        }
    }
    let stranger = apis[0].for_tenant(&names[1]).get("/credits/{tenant}");
    world.refused(stranger, 403, "forbidden").await;
}
