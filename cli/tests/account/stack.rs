//! Finding the table of a stack, with each kind of credentials that the AWS CLI accepts.

use std::fs;
use std::process::Command;

use certs::store::EmbeddedStore;
use certs::table::create_from_template;
use serde_json::{Value, json};

use crate::aws::{FakeAws, by_keys, described};
use crate::world::{Configuration, Login, certs, fresh_folder};

const TABLE: &str = "certifications-dev-Table-1ABC";

/// A store, and the stack that names its table.
struct Deployed {
    store: EmbeddedStore,
    stack: FakeAws,
}

impl Deployed {
    async fn new() -> Self {
        let store = EmbeddedStore::start(None).await.unwrap();
        create_from_template(&store.client(), TABLE).await.unwrap();
        let outputs = [("ApiUrl", "https://api.invalid"), ("TableName", TABLE)];
        let stack = FakeAws::answering(200, described(&outputs, "UPDATE_COMPLETE"));
        Self { store, stack }
    }

    fn certs(&self, name: &str) -> Command {
        let mut command = certs(name);
        command.env("AWS_ENDPOINT_URL_CLOUDFORMATION", self.stack.url());
        command.env("AWS_ENDPOINT_URL_DYNAMODB", self.store.endpoint());
        command
    }
}

fn answer(command: &mut Command) -> Value {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stack_names_the_table() {
    let deployed = Deployed::new().await;
    let certs = |arguments: &[&str]| {
        let mut command = deployed.certs("stack");
        by_keys(&mut command);
        command.env("AWS_ACCESS_KEY_ID", deployed.store.access_key().reveal());
        command.arg("--json").args(arguments);
        command
    };
    let added = answer(&mut certs(&[
        "tenants",
        "add",
        "a",
        "--stack",
        "certifications-dev",
    ]));
    assert_eq!(added, json!({"tenant": "a"}));
    let mut list = certs(&["tenants", "list"]);
    list.env("CERTS_STACK", "certifications-dev");
    assert_eq!(answer(&mut list), json!({"tenants": [{"tenant": "a"}]}));
    let by_name = answer(&mut certs(&["tenants", "list", "--table", TABLE]));
    assert_eq!(by_name, json!({"tenants": [{"tenant": "a"}]}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_of_a_profile_gives_the_credentials() {
    let deployed = Deployed::new().await;
    let given = fresh_folder("given").join("credentials.json");
    let credentials = json!({
        "Version": 1,
        "AccessKeyId": deployed.store.access_key().reveal(),
        "SecretAccessKey": "secret",
    });
    fs::write(&given, credentials.to_string()).unwrap();
    let profile = format!(
        "[profile work]\ncredential_process = /bin/cat {}\nregion = eu-central-1\n",
        given.display()
    );
    let home = Configuration::new("given", &profile);
    let mut command = deployed.certs("process");
    home.apply(&mut command);
    command
        .env("AWS_PROFILE", "work")
        .env("PATH", "/bin:/usr/bin");
    command.args(["--json", "--stack", "certifications-dev", "tenants", "list"]);
    assert_eq!(answer(&mut command), json!({"tenants": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_sso_gives_the_credentials_of_its_role() {
    let deployed = Deployed::new().await;
    let role = json!({"roleCredentials": {
        "accessKeyId": deployed.store.access_key().reveal(),
        "secretAccessKey": "secret", "sessionToken": "session", "expiration": 4_102_444_800_000_u64,
    }});
    let portal = FakeAws::answering(200, role.to_string());
    let login = Login::new("token", "2100-01-01T00:00:00Z");
    let mut command = deployed.certs("sso");
    login.apply(&mut command);
    command.env("AWS_ENDPOINT_URL_SSO", portal.url());
    command.args(["--json", "--stack", "certifications-dev", "tenants", "list"]);
    assert_eq!(answer(&mut command), json!({"tenants": []}));
}
