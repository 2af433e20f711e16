//! The expiration sweep of the built `certs`: as a command, and through the local gateway.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test says by a panic what went wrong, and so do its helpers"
)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use aws_sdk_dynamodb::types::AttributeValue;
use certs::store::{AccessKey, client};
use serde_json::{Value, json};

const DUE: &str = r#"{"type_id": "ceu", "origin": "legacy system", "contact_id": "ada",
    "date": "2019-03-14", "quantity": 1, "expiration_date": "2020-01-31"}"#;

struct Serving {
    process: Child,
    announced: Value,
}

impl Serving {
    fn start(name: &str) -> Self {
        let folder = fresh_folder(name);
        let mut process = Command::new(env!("CARGO_BIN_EXE_certs"))
            .current_dir(&folder)
            .env_remove("PORT")
            .args(["serve", "--port", "0", "--no-seed"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(process.stdout.take().unwrap());
        let ready = out
            .lines()
            .map(Result::unwrap)
            .any(|line| line.contains("curl"));
        assert!(ready, "it ended early");
        let announced = fs::read(folder.join(".local/serve.json")).unwrap();
        Self {
            process,
            announced: serde_json::from_slice(&announced).unwrap(),
        }
    }

    fn told(&self, name: &str) -> &str {
        self.announced[name].as_str().unwrap()
    }

    /// Sends a POST, and returns status and body.
    fn post(&self, path: &str, key: &str, body: &str) -> (u16, Value) {
        let address = self.told("base_url").trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).unwrap();
        let length = body.len();
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             authorization: {key}\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap())
    }

    fn create_due(&self) {
        let path = format!("/credits/{}", self.told("tenant"));
        assert_eq!(self.post(&path, self.told("api_key"), DUE).0, 200);
    }

    fn certs(&self, arguments: &[&str]) -> Output {
        let endpoint = ["--dynamodb-endpoint", self.told("dynamodb_endpoint")];
        let mut command = Command::new(env!("CARGO_BIN_EXE_certs"));
        command.env_clear().args(endpoint).args(arguments);
        let access_key = self.told("dynamodb_access_key_id");
        command.env("CERTS_DYNAMODB_ACCESS_KEY_ID", access_key);
        command.output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.certs(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn fresh_folder(name: &str) -> PathBuf {
    let folder = format!("sweep-{name}-{}", std::process::id());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn report(archived: u64) -> Value {
    json!({
        "as_of": null, "tenants": 1, "examined": archived, "archived": archived, "already": 0,
        "locked": 0, "in_grace": 0, "failed": 0, "complete": true,
    })
}

#[test]
fn the_command_archives_once_and_a_dry_run_predicts_it() {
    let serving = Serving::start("command");
    serving.create_due();
    let tenant = serving.told("tenant");
    assert_eq!(serving.json(&["sweep", "--dry-run"]), report(1));
    assert_eq!(serving.json(&["sweep", "--tenant", tenant]), report(1));
    assert_eq!(serving.json(&["sweep"]), report(0));
    let printed = serving.certs(&["sweep"]);
    let text = String::from_utf8(printed.stdout).unwrap();
    assert!(text.contains("archived  0\n"), "{text}");
    // Standard error is not a terminal here, so it has no progress bar.
    assert!(printed.stderr.is_empty());
}

#[test]
fn the_command_takes_another_day_as_today_unless_it_is_in_the_future() {
    let serving = Serving::start("day");
    serving.create_due();
    let on_its_last_day = serving.json(&["sweep", "--as-of", "2020-01-31"]);
    assert_eq!(
        (&on_its_last_day["archived"], &on_its_last_day["as_of"]),
        (&json!(0), &json!("2020-01-31"))
    );
    let refused = serving.certs(&["sweep", "--as-of", "9999-12-31"]);
    assert!(!refused.status.success());
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("future"), "{said}");
    assert_eq!(
        serving.json(&["sweep", "--as-of", "2020-02-01"])["archived"],
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credit_that_could_not_be_archived_makes_the_command_fail_after_its_report() {
    let serving = Serving::start("failed");
    serving.create_due();
    let access_key = AccessKey::new(serving.told("dynamodb_access_key_id"));
    let client = client(serving.told("dynamodb_endpoint"), &access_key);
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let broken = client.put_item().table_name("certifications");
    let broken = broken.item("pk", text("demo.example#credits"));
    let broken = broken.item("sk", text("c")).item("id", text("c"));
    let broken = broken.item("tenant_id", text("demo.example"));
    let broken = broken.item("expiration_state", text("pending"));
    let broken = broken.item("expiration_date", text("2020-01-31"));
    let broken = broken.item("grace_ends", text("some day"));
    broken.send().await.unwrap();
    let output = serving.certs(&["sweep", "--json"]);
    assert!(!output.status.success(), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&report["archived"], &report["failed"]),
        (&json!(1), &json!(1))
    );
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("1 credits could not be archived"), "{said}");
}

#[test]
fn the_gateway_sweeps_only_for_the_holder_of_the_demo_key() {
    let serving = Serving::start("gateway");
    serving.create_due();
    let key = serving.told("api_key");
    let sweep = |key: &str, event: &str| serving.post("/_local/sweep", key, event);
    for (key, status) in [("", 401), ("certs_nonsense", 401)] {
        let (refused, problem) = sweep(key, "{}");
        assert_eq!((refused, &problem["status"]), (status, &json!(status)));
    }
    let tenant = serving.told("tenant");
    let create = ["keys", "create", "--tenant", tenant, "--scope", "admin"];
    let other = serving.json(&create);
    assert_eq!(sweep(other["secret"].as_str().unwrap(), "{}").0, 403);
    for bad in ["[]", "{", r#"{"limit": 0}"#] {
        let (status, problem) = sweep(key, bad);
        assert_eq!(status, 400, "{problem}");
    }
    assert_eq!(sweep(key, r#"{"dry_run": true}"#), (200, report(1)));
    assert_eq!(sweep(key, "{}"), (200, report(1)));
    assert_eq!(sweep(key, ""), (200, report(0)));
}
