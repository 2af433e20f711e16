//! The error texts of the built `certs`: each is a sentence that says what to do, without text that
//! is for programmers.

use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

use certs::store::EmbeddedStore;
use certs::table::create_from_template;
use serde_json::json;

use crate::aws::{FakeAws, by_keys, described, refused};
use crate::world::{Configuration, Login, REGION, certs};

/// Every command that works on a table.
const COMMANDS: [&str; 12] = [
    "tenants add a",
    "tenants list",
    "tenants show a",
    "tenants set a --time-zone UTC",
    "tenants remove a --purge",
    "keys create --tenant a --scope read",
    "keys list --tenant a",
    "keys revoke 0123456789abcdef",
    "deleted list --tenant a",
    "deleted restore --tenant a one",
    "sweep",
    "sweep --tenant a --dry-run",
];

/// Words by which Rust and the SDK write for programmers.
const FOR_PROGRAMMERS: [&str; 9] = [
    "{",
    "Error(",
    "Some(",
    "Err(",
    "DispatchFailure",
    "SdkError",
    "cargo feature",
    "panicked",
    "stack backtrace",
];

/// Runs each command in a set-up, and checks that each prints one plain sentence with all `words`.
/// The commands run side by side, since most of them wait.
fn all_say(name: &str, set_up: &dyn Fn(&mut Command), words: &[&str]) {
    let start = |arguments: &'static str| {
        let mut command = certs(name);
        set_up(&mut command);
        command.args(arguments.split(' '));
        let outputs = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        (arguments, outputs.spawn().unwrap())
    };
    for (arguments, running) in COMMANDS.map(start) {
        says(arguments, &running.wait_with_output().unwrap(), words);
    }
}

fn says(arguments: &str, output: &Output, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{arguments}: {said}");
    assert!(output.stdout.is_empty(), "{arguments}: {output:?}");
    assert_eq!(said.lines().count(), 1, "{arguments}: {said}");
    for word in words {
        assert!(said.contains(word), "{arguments}: no `{word}` in: {said}");
    }
    for word in FOR_PROGRAMMERS {
        assert!(!said.contains(word), "{arguments}: `{word}` in: {said}");
    }
}

/// Returns an address where no server listens.
fn dead_url() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[test]
fn a_store_that_does_not_answer_is_named() {
    let url = dead_url();
    let set_up = |command: &mut Command| {
        command.args(["--dynamodb-endpoint", &url]);
    };
    all_say("dead", &set_up, &[&url, "cannot be reached", "start it"]);
    let mut serve = certs("dead-serve");
    set_up(&mut serve);
    let output = serve.args(["serve", "--port", "0"]).output().unwrap();
    says("serve", &output, &[&url, "cannot be reached"]);
}

#[test]
fn a_region_that_does_not_answer_is_named() {
    let url = dead_url();
    let set_up = |command: &mut Command| {
        by_keys(command);
        command.env("AWS_ENDPOINT_URL_DYNAMODB", &url);
    };
    all_say("away", &set_up, &[REGION, "cannot be reached", "network"]);
    let set_up = |command: &mut Command| {
        by_keys(command);
        command.env("AWS_ENDPOINT_URL_CLOUDFORMATION", &url);
        command.args(["--stack", "certifications-dev"]);
    };
    all_say("stack-away", &set_up, &["cannot be reached", "network"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_does_not_exist_is_named() {
    let store = EmbeddedStore::start(None).await.unwrap();
    let set_up = |command: &mut Command| {
        command.args([
            "--dynamodb-endpoint",
            store.endpoint(),
            "--table",
            "nothing",
        ]);
        command.env("CERTS_DYNAMODB_ACCESS_KEY_ID", store.access_key().reveal());
    };
    let words = ["no table `nothing`", "--stack", "--table", store.endpoint()];
    all_say("table", &set_up, &words);
    let set_up = |command: &mut Command| {
        by_keys(command);
        command.env("AWS_ACCESS_KEY_ID", store.access_key().reveal());
        command.env("AWS_ENDPOINT_URL_DYNAMODB", store.endpoint());
    };
    let words = [
        "DynamoDB in eu-central-1",
        "no table `certifications`",
        "--stack",
    ];
    all_say("aws-table", &set_up, &words);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_refuses_the_access_key_says_where_to_find_it() {
    let store = EmbeddedStore::start(None).await.unwrap();
    create_from_template(&store.client(), "certifications")
        .await
        .unwrap();
    let set_up = |command: &mut Command| {
        command.args(["--dynamodb-endpoint", store.endpoint()]);
    };
    all_say("access-key", &set_up, &["announced in .local/serve.json"]);
}

#[test]
fn an_unknown_profile_and_one_without_credentials_are_named() {
    for text in [
        "",
        "[profile known]\n",
        "[profile nobody]\nregion = eu-central-1\n",
    ] {
        let home = Configuration::new("profile", text);
        let set_up = |command: &mut Command| {
            home.apply(command);
            command.env("AWS_PROFILE", "nobody");
        };
        let words = ["AWS profile `nobody`", "aws configure list-profiles"];
        all_say("profile", &set_up, &words);
    }
}

#[test]
fn an_sso_profile_without_a_token_says_how_to_log_in() {
    let sessions = "[profile work]\nsso_session = corp\nsso_account_id = 123456789012\n\
        sso_role_name = operators\nregion = eu-central-1\n\n[sso-session corp]\n\
        sso_start_url = https://corp.awsapps.com/start\nsso_region = eu-central-1\n";
    let old = "[profile work]\nsso_start_url = https://corp.awsapps.com/start\n\
        sso_region = eu-central-1\nsso_account_id = 123456789012\nsso_role_name = operators\n\
        region = eu-central-1\n";
    for (name, text) in [("sso", sessions), ("sso-old", old)] {
        let home = Configuration::new(name, text);
        let set_up = |command: &mut Command| {
            home.apply(command);
            command.env("AWS_PROFILE", "work");
        };
        let words = ["SSO token", "`work`", "`aws sso login --profile work`"];
        all_say(name, &set_up, &words);
        let with_stack = |command: &mut Command| {
            set_up(command);
            command.env("CERTS_STACK", "certifications-dev");
        };
        all_say(name, &with_stack, &words);
    }
}

#[test]
fn an_sso_token_that_no_longer_counts_says_how_to_log_in() {
    let refusal =
        json!({"__type": "UnauthorizedException", "message": "Session token not found or invalid"});
    let portal = FakeAws::answering(401, refusal.to_string());
    for (name, expires_at) in [
        ("sso-expired", "2020-01-01T00:00:00Z"),
        ("sso-refused", "2100-01-01T00:00:00Z"),
    ] {
        let login = Login::new(name, expires_at);
        let set_up = |command: &mut Command| {
            login.apply(command);
            command.env("AWS_ENDPOINT_URL_SSO", portal.url());
        };
        all_say(
            name,
            &set_up,
            &["SSO token", "`aws sso login --profile work`"],
        );
    }
}

#[test]
fn a_process_that_gives_no_credentials_is_reported() {
    let profile = "[profile work]\ncredential_process = /bin/false\nregion = eu-central-1\n";
    let home = Configuration::new("process", profile);
    let set_up = |command: &mut Command| {
        home.apply(command);
        command.env("AWS_PROFILE", "work");
    };
    let words = [
        "credentials of the AWS profile `work`",
        "aws sts get-caller-identity",
    ];
    all_say("process", &set_up, &words);
}

#[test]
fn missing_credentials_or_region_name_the_variable_to_set() {
    let home = Configuration::new("nothing", "");
    let nothing = |command: &mut Command| home.apply(command);
    all_say(
        "nothing",
        &nothing,
        &["no AWS credentials", "`AWS_PROFILE`"],
    );
    let nowhere = |command: &mut Command| {
        home.apply(command);
        by_keys(command);
        command.env_remove("AWS_REGION");
    };
    all_say("nowhere", &nowhere, &["no AWS region", "`AWS_REGION`"]);
}

#[test]
fn an_unknown_stack_is_named() {
    let aws = FakeAws::answering(
        400,
        refused("ValidationError", "Stack with id typo does not exist"),
    );
    let set_up = |command: &mut Command| {
        by_keys(command);
        command.env("AWS_ENDPOINT_URL_CLOUDFORMATION", aws.url());
        command.args(["--stack", "typo"]);
    };
    all_say(
        "stack",
        &set_up,
        &["no stack `typo` in eu-central-1", "--stack"],
    );
}

#[test]
fn a_stack_of_another_service_is_reported() {
    let aws = FakeAws::answering(200, described(&[("BucketName", "b")], "ROLLBACK_COMPLETE"));
    let set_up = |command: &mut Command| {
        by_keys(command);
        command.env("AWS_ENDPOINT_URL_CLOUDFORMATION", aws.url());
        command.args(["--stack", "other"]);
    };
    all_say(
        "other",
        &set_up,
        &["`other`", "no output `TableName`", "ROLLBACK_COMPLETE"],
    );
}

#[test]
fn a_refusal_of_aws_says_what_to_do() {
    let denied = "User: arn:aws:iam::123456789012:user/u is not authorized to perform: \
        cloudformation:DescribeStacks";
    for (code, message, word) in [
        ("AccessDenied", denied, "`OperatorPolicyArn`"),
        (
            "ExpiredToken",
            "The security token included in the request is expired",
            "log in again",
        ),
    ] {
        let aws = FakeAws::answering(403, refused(code, message));
        let set_up = |command: &mut Command| {
            by_keys(command);
            command.env("AWS_ENDPOINT_URL_CLOUDFORMATION", aws.url());
            command.args(["--stack", "certifications-dev"]);
        };
        all_say("refused-stack", &set_up, &[word, message]);

        let body = json!({"__type": format!("com.amazon.coral.service#{code}Exception"), "message": message});
        let aws = FakeAws::answering(400, body.to_string());
        let set_up = |command: &mut Command| {
            by_keys(command);
            command.env("AWS_ENDPOINT_URL_DYNAMODB", aws.url());
        };
        all_say("refused-table", &set_up, &[word, message]);
    }
}

#[test]
fn a_busy_store_and_another_service_are_told_from_a_store_that_is_away() {
    let busy = json!({"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "slow down"});
    for (body, word) in [
        (busy.to_string(), "try again"),
        ("<html>{}</html>".to_owned(), "try again"),
    ] {
        let aws = FakeAws::answering(500, body);
        let set_up = |command: &mut Command| {
            command.args(["--dynamodb-endpoint", aws.url()]);
        };
        all_say("busy", &set_up, &[word]);
    }
}

#[test]
fn a_write_whose_answer_is_lost_is_reported_as_unknown() {
    let failure = json!({"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError"});
    let aws = FakeAws::answering(500, failure.to_string());
    for arguments in ["tenants add a", "keys revoke 0123456789abcdef"] {
        let mut command = certs("lost");
        command.args(["--dynamodb-endpoint", aws.url()]);
        let output = command.args(arguments.split(' ')).output().unwrap();
        says(arguments, &output, &["is not known", "try again"]);
    }
}

#[test]
fn a_name_that_leads_nowhere_is_a_store_that_cannot_be_reached() {
    // The label is longer than allowed, so no name server is asked.
    let url = format!("http://{}.invalid", "a".repeat(64));
    let set_up = |command: &mut Command| {
        command.args(["--dynamodb-endpoint", &url]);
    };
    all_say("nowhere", &set_up, &["cannot be reached"]);
}

#[test]
fn options_that_name_two_tables_are_refused_before_and_after_the_command() {
    for line in [
        "--stack s --table t tenants list",
        "--stack s tenants list --table t",
        "tenants list --stack s --dynamodb-endpoint http://127.0.0.1:1",
        "--dynamodb-endpoint http://127.0.0.1:1 tenants list --stack s",
        "smoke --stack s --api http://127.0.0.1:1",
    ] {
        let output = certs("conflict").args(line.split(' ')).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}: {said}");
        assert!(
            said.contains("cannot be used with '--stack'"),
            "{line}: {said}"
        );
    }
    let mut command = certs("conflict");
    command
        .env("CERTS_STACK", "s")
        .args(["tenants", "list", "--table", "t"]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    for line in [
        "smoke",
        "--dynamodb-endpoint localhost:8000 tenants list",
        "--stack= tenants list",
    ] {
        let output = certs("incomplete").args(line.split(' ')).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}: {output:?}");
    }
}
