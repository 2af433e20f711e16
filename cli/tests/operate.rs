//! The operator's commands of the built `certs`, each test on its own store.

#![expect(
    clippy::unwrap_used,
    reason = "a test says by a panic what went wrong, and so do its helpers"
)]

use std::collections::HashMap;
use std::process::{Command, Output};

use authorizer::{Authorizer, Event};
use aws_sdk_dynamodb::types::AttributeValue;
use certs::store::EmbeddedStore;
use certs::table::create_from_template;
use serde_json::{Value, json};
use shared::http::caller::AuthorizerContext;
use shared::model::id::TenantId;
use shared::repository::Table;
use shared::runtime::invocation::Invocation;

const TABLE: &str = "operated";

struct Operator {
    store: EmbeddedStore,
}

impl Operator {
    async fn new() -> Self {
        let store = EmbeddedStore::start(None).await.unwrap();
        create_from_template(&store.client(), TABLE).await.unwrap();
        Self { store }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_certs"));
        command.env_clear().args(["--json", "--table", TABLE]);
        command.args(["--dynamodb-endpoint", self.store.endpoint()]);
        let access_key = self.store.access_key().reveal();
        command.env("CERTS_DYNAMODB_ACCESS_KEY_ID", access_key);
        command.args(arguments);
        command
    }

    /// Puts an item of about `bytes` bytes.
    async fn put(&self, partition: &str, number: usize, bytes: usize) {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let put = self.store.client().put_item().table_name(TABLE);
        let put = put
            .item("pk", text(partition))
            .item("sk", text(&number.to_string()));
        put.item("notes", text(&"n".repeat(bytes)))
            .send()
            .await
            .unwrap();
    }

    /// Returns the key of every item in the table, and the tenant of each API key.
    async fn items(&self) -> Vec<String> {
        let scan = self.store.client().scan().table_name(TABLE);
        let pages = scan
            .projection_expression("pk, sk, tenant")
            .into_paginator();
        let items = pages
            .items()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await
            .unwrap();
        let described = |item: &HashMap<String, AttributeValue>| {
            let texts = ["pk", "sk", "tenant"]
                .map(|name| item.get(name).and_then(|value| value.as_s().ok()));
            format!("{:?}", texts.into_iter().flatten().collect::<Vec<_>>())
        };
        let mut items: Vec<_> = items.iter().map(described).collect();
        items.sort();
        items
    }

    /// Runs a command, and returns its JSON object.
    fn answer(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        assert!(output.status.success(), "{output:?}");
        let value: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(value.is_object());
        value
    }

    /// Runs a command that is refused, and returns its error text.
    fn refusal(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    async fn caller(&self, header: &str) -> AuthorizerContext {
        let table = Table::new(self.store.client(), TABLE);
        let event = Event::new(Some(header.to_owned()));
        let answer = Authorizer::new(table)
            .authorize(event, &Invocation::default())
            .await;
        answer.unwrap().context
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_registered_listed_shown_and_changed() {
    let operator = Operator::new().await;
    let added = operator.answer(&["tenants", "add", "a.example", "--time-zone", "Asia/Tokyo"]);
    assert_eq!(
        added,
        json!({"tenant": "a.example", "time_zone": "Asia/Tokyo"})
    );
    assert_eq!(
        operator.answer(&["tenants", "list"]),
        json!({"tenants": [added]})
    );
    let set = operator.answer(&["tenants", "set", "a.example", "--default-rule-set", "r-1"]);
    let both =
        json!({"tenant": "a.example", "time_zone": "Asia/Tokyo", "default_rule_set_id": "r-1"});
    assert_eq!(set, both);
    assert_eq!(operator.answer(&["tenants", "show", "a.example"]), both);
    let unset = operator.answer(&["tenants", "set", "a.example", "--no-time-zone"]);
    assert_eq!(
        unset,
        json!({"tenant": "a.example", "default_rule_set_id": "r-1"})
    );
    let unset = operator.answer(&["tenants", "set", "a.example", "--no-default-rule-set"]);
    assert_eq!(unset, json!({"tenant": "a.example"}));
    assert_eq!(operator.answer(&["tenants", "show", "a.example"]), unset);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_is_not_set_and_unset_at_once() {
    let operator = Operator::new().await;
    operator.answer(&["tenants", "add", "a"]);
    let said = operator.refusal(&[
        "tenants",
        "set",
        "a",
        "--time-zone",
        "UTC",
        "--no-time-zone",
    ]);
    assert!(said.contains("cannot be used with"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_access_key_the_store_refuses_the_operator() {
    let operator = Operator::new().await;
    for access_key in ["", "local"] {
        let mut command = operator.command(&["tenants", "add", "a"]);
        command.env("CERTS_DYNAMODB_ACCESS_KEY_ID", access_key);
        let output = command.output().unwrap();
        assert!(!output.status.success());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("announced in .local/serve.json"), "{said}");
        assert!(!said.contains("Error {"), "{said}");
    }
    assert_eq!(
        operator.answer(&["tenants", "list"]),
        json!({"tenants": []})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_tenants_keys_stop_and_do_not_come_back_with_it() {
    let operator = Operator::new().await;
    let create = ["keys", "create", "--tenant", "a", "--scope", "read"];
    operator.answer(&["tenants", "add", "a"]);
    let key = operator.answer(&create)["secret"].clone();
    let key = key.as_str().unwrap();
    assert_ne!(operator.caller(key).await, AuthorizerContext::default());
    assert_eq!(
        operator.answer(&["tenants", "remove", "a"]),
        json!({"tenant": "a", "keys": 1})
    );
    assert_eq!(operator.caller(key).await, AuthorizerContext::default());
    let said = operator.refusal(&create);
    assert!(said.contains("not registered"), "{said}");
    operator.answer(&["tenants", "add", "a"]);
    assert_eq!(operator.caller(key).await, AuthorizerContext::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_with_records_is_removed_only_with_a_purge() {
    let operator = Operator::new().await;
    for tenant in ["gone", "kept"] {
        operator.answer(&["tenants", "add", tenant]);
        operator.answer(&["keys", "create", "--tenant", tenant, "--scope", "read"]);
        // Several pages of 1 MB.
        for number in 0..10 {
            operator
                .put(&format!("{tenant}#credits"), number, 300_000)
                .await;
        }
    }
    operator.put("gone#consumptions", 1, 10).await;
    operator.put("gone#expirationRuleSets", 1, 10).await;
    let before = operator.items().await;
    let said = operator.refusal(&["tenants", "remove", "gone"]);
    assert!(
        said.contains("credits, expiration rule sets, consumptions"),
        "{said}"
    );
    assert!(said.contains("--purge"), "{said}");
    assert_eq!(operator.items().await, before);
    assert_eq!(
        operator.answer(&["tenants", "remove", "gone", "--purge"]),
        json!({
            "tenant": "gone", "keys": 1, "credits": 10, "expiration_rule_sets": 1, "consumptions": 1,
        })
    );
    // The items of the other tenant: its registration, a key, ten credits.
    assert_eq!(operator.items().await.len(), 12);
    assert!(
        operator
            .items()
            .await
            .iter()
            .all(|item| !item.contains("gone"))
    );
    let said = operator.refusal(&["tenants", "remove", "gone", "--purge"]);
    assert!(
        said.contains("not registered, and nothing is left"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_that_was_interrupted_is_completed_by_repeating_it() {
    let operator = Operator::new().await;
    operator.answer(&["tenants", "add", "a"]);
    operator.answer(&["keys", "create", "--tenant", "a", "--scope", "read"]);
    operator.put("a#credits", 1, 10).await;
    let table = Table::new(operator.store.client(), TABLE);
    let tenant = "a".parse::<TenantId>().unwrap();
    assert!(table.unregister_tenant(&tenant).await.unwrap());
    let said = operator.refusal(&["tenants", "remove", "a"]);
    assert!(said.contains("--purge"), "{said}");
    operator.answer(&["tenants", "remove", "a", "--purge"]);
    assert_eq!(operator.items().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_tenants_zones_and_rule_sets_are_refused() {
    let operator = Operator::new().await;
    operator.answer(&["tenants", "add", "a"]);
    for (arguments, word) in [
        (["tenants", "add", "a"].as_slice(), "registered already"),
        (&["tenants", "add", "a#b"], "letters"),
        (&["tenants", "show", "b"], "not registered"),
        (&["tenants", "set", "b"], "not registered"),
        (
            &["tenants", "set", "a", "--time-zone", "Mars/Base"],
            "tz database",
        ),
        (
            &["tenants", "set", "a", "--default-rule-set", "a:b"],
            "must have",
        ),
    ] {
        let said = operator.refusal(arguments);
        assert!(said.contains(word), "{arguments:?}: {said}");
    }
    assert_eq!(
        operator.answer(&["tenants", "list"]),
        json!({"tenants": [{"tenant": "a"}]})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_known_to_the_authorizer_until_it_is_revoked() {
    let operator = Operator::new().await;
    operator.answer(&["tenants", "add", "a.example"]);
    let key = operator.answer(&[
        "keys",
        "create",
        "--tenant",
        "a.example",
        "--scope",
        "read",
        "--scope",
        "write",
        "--scope",
        "read",
    ]);
    let (id, secret) = (key["id"].as_str().unwrap(), key["secret"].as_str().unwrap());
    assert_eq!(
        key,
        json!({"id": id, "secret": secret, "tenant": "a.example", "scopes": ["read", "write"]})
    );
    let known = operator.caller(&format!("Bearer {secret}")).await;
    assert_eq!(known.principal_id, id);
    assert_eq!(known.tenants[0].as_str(), "a.example");
    let listed = operator.answer(&["keys", "list", "--tenant", "a.example"]);
    assert_eq!(listed["keys"][0]["id"], id);
    assert!(listed["keys"][0]["last_used_at"].is_string());
    assert!(!listed.to_string().contains(secret) && !listed.to_string().contains("hash"));
    assert!(operator.answer(&["keys", "revoke", id])["revoked_at"].is_string());
    assert_eq!(operator.caller(secret).await, AuthorizerContext::default());
    assert_eq!(
        operator.answer(&["keys", "list", "--tenant", "other"]),
        json!({"keys": []})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_key_has_no_caller() {
    let operator = Operator::new().await;
    operator.answer(&["tenants", "add", "a"]);
    let create = [
        "keys",
        "create",
        "--tenant",
        "a",
        "--scope",
        "read",
        "--expires",
    ];
    let until = |day| operator.answer(&[create.as_slice(), &[day]].concat())["secret"].clone();
    let (old, new) = (until("2020-01-01"), until("2100-01-01"));
    assert_eq!(
        operator.caller(old.as_str().unwrap()).await.principal_id,
        ""
    );
    assert_ne!(
        operator.caller(new.as_str().unwrap()).await.principal_id,
        ""
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_requests_for_keys_are_refused() {
    let operator = Operator::new().await;
    operator.answer(&["tenants", "add", "a"]);
    for (arguments, word) in [
        (
            ["keys", "create", "--tenant", "b", "--scope", "read"].as_slice(),
            "certs tenants add b",
        ),
        (&["keys", "create", "--tenant", "a"], "--scope"),
        (
            &["keys", "create", "--tenant", "a", "--scope", "all"],
            "`admin`",
        ),
        (
            &[
                "keys",
                "create",
                "--tenant",
                "a",
                "--scope",
                "read",
                "--expires",
                "soon",
            ],
            "date",
        ),
        (
            &["keys", "revoke", "0123456789abcdef"],
            "no key `0123456789abcdef`",
        ),
        (&["keys", "revoke", "all"], "16 digits"),
    ] {
        let said = operator.refusal(arguments);
        assert!(said.contains(word), "{arguments:?}: {said}");
    }
    assert_eq!(
        operator.answer(&["keys", "list", "--tenant", "a"]),
        json!({"keys": []})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_deleted_is_an_empty_list_and_cannot_be_restored() {
    let operator = Operator::new().await;
    assert_eq!(
        operator.answer(&["deleted", "list", "--tenant", "a"]),
        json!({"deleted": []})
    );
    let said = operator.refusal(&["deleted", "restore", "--tenant", "a", "some-id"]);
    assert!(
        said.contains("`some-id`") && said.contains("certs deleted list --tenant a"),
        "{said}"
    );
}
