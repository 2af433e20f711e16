//! The operator's commands of the built `certs`, on a store of their own.

#![expect(
    clippy::unwrap_used,
    reason = "a test says by a panic what went wrong, and so do its helpers"
)]

use std::process::{Command, Output};

use authorizer::{Authorizer, Event};
use certs::store::{EmbeddedStore, client};
use certs::table::create_from_template;
use serde_json::{Value, json};
use shared::http::caller::AuthorizerContext;
use shared::invocation::Invocation;
use shared::repository::Table;

const TABLE: &str = "operated";

struct Operator {
    store: EmbeddedStore,
}

impl Operator {
    async fn new() -> Self {
        let store = EmbeddedStore::start(None).await.unwrap();
        create_from_template(&client(store.endpoint()), TABLE)
            .await
            .unwrap();
        Self { store }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_certs"));
        command.env_clear().args(["--json", "--table", TABLE]);
        command.args(["--dynamodb-endpoint", self.store.endpoint()]);
        command.args(arguments).output().unwrap()
    }

    /// The one JSON object that a command answers.
    fn answer(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        assert!(output.status.success(), "{output:?}");
        let value: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(value.is_object());
        value
    }

    /// What a command says when it refuses.
    fn refusal(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    async fn caller(&self, header: &str) -> AuthorizerContext {
        let table = Table::new(client(self.store.endpoint()), TABLE);
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
async fn an_expired_key_is_nobodys() {
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
async fn keys_that_make_no_sense_are_refused() {
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
        (&["keys", "revoke", "0123456789abcdef"], "no such record"),
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
    assert!(said.contains("no such record"), "{said}");
}
