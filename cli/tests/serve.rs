//! The built `certs serve`, as a user starts and stops it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test says by a panic what went wrong, and so do its helpers"
)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

struct Serving {
    process: Child,
    folder: PathBuf,
    banner: String,
}

impl Serving {
    /// Starts the service, and waits for the banner.
    fn start(name: &str, options: &[&str]) -> Self {
        Self::start_with(name, options, "")
    }

    fn start_with(name: &str, options: &[&str], access_key: &str) -> Self {
        let folder = fresh_folder(name);
        let mut process = command(&folder, options)
            .env("CERTS_DYNAMODB_ACCESS_KEY_ID", access_key)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        let mut banner = String::new();
        while !banner.contains("curl") {
            assert_ne!(
                out.read_line(&mut banner).unwrap(),
                0,
                "ended early: {banner}"
            );
        }
        Self {
            process,
            folder,
            banner,
        }
    }

    fn announced(&self) -> Value {
        serde_json::from_slice(&fs::read(self.file()).unwrap()).unwrap()
    }

    fn file(&self) -> PathBuf {
        self.folder.join(".local/serve.json")
    }

    /// Sends a GET, and returns the body of a 200.
    fn get(&self, path: &str) -> Value {
        let (status, body) = self.send("GET", path, "", "");
        assert_eq!(status, 200, "{body}");
        body
    }

    fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, Value) {
        let key = self.told("api_key");
        self.send_by(&key, method, path, headers, body)
    }

    /// Sends a request with a key, and returns status and body.
    fn send_by(
        &self,
        key: &str,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> (u16, Value) {
        let base_url = self.told("base_url");
        let mut stream = TcpStream::connect(base_url.trim_start_matches("http://")).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             authorization: {key}\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap())
    }

    fn told(&self, name: &str) -> String {
        self.announced()[name].as_str().unwrap().to_owned()
    }

    /// Returns the ids of all credits of the demo tenant.
    fn ids(&self) -> Vec<String> {
        let all = self.get("/credits/demo.example?fields=id");
        let all = all.as_array().unwrap().iter();
        all.map(|credit| credit["id"].as_str().unwrap().to_owned())
            .collect()
    }

    fn stop(&mut self, signal: &str) {
        let id = self.process.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        assert!(self.process.wait().unwrap().success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn command(folder: &Path, options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_certs"));
    command
        .current_dir(folder)
        .env_remove("PORT")
        .args(["serve", "--port", "0"])
        .args(options);
    command
}

fn fresh_folder(name: &str) -> PathBuf {
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("serve-{name}-{}", std::process::id()));
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn is_listening(url: &str) -> bool {
    TcpStream::connect(url.trim_start_matches("http://")).is_ok()
}

#[test]
fn it_serves_a_filled_tenant_and_leaves_nothing_behind() {
    let mut serving = Serving::start("filled", &[]);
    let announced = serving.announced();
    assert_eq!(announced["tenant"], "demo.example");
    assert_eq!(announced["table"], "certifications");
    assert!(
        serving
            .banner
            .contains(announced["api_key"].as_str().unwrap())
    );
    let all = serving.get("/credits/demo.example");
    assert_eq!(all.as_array().unwrap().len(), certs::demo::COUNT);
    let store = announced["dynamodb_endpoint"].as_str().unwrap();
    assert!(is_listening(store));
    serving.stop("-TERM");
    assert!(!serving.file().exists());
    assert!(!is_listening(store));
    assert!(!is_listening(announced["base_url"].as_str().unwrap()));
}

#[test]
fn ctrl_c_stops_the_service() {
    let mut serving = Serving::start("interrupt", &["--no-seed"]);
    assert_eq!(
        serving.get("/credits/demo.example"),
        Value::Array(Vec::new())
    );
    serving.stop("-INT");
    assert!(!serving.file().exists());
}

#[test]
fn a_data_file_is_filled_once() {
    let data = fresh_folder("data").join("certs.sqlite");
    let options = ["--data", data.to_str().unwrap()];
    for _ in 0..2 {
        let mut serving = Serving::start("twice", &options);
        let all = serving.get("/credits/demo.example");
        assert_eq!(all.as_array().unwrap().len(), certs::demo::COUNT);
        serving.stop("-TERM");
    }
}

#[test]
fn the_demo_key_of_a_killed_run_no_longer_counts() {
    let data = fresh_folder("killed").join("certs.sqlite");
    let options = ["--data", data.to_str().unwrap(), "--no-seed"];
    let mut killed = Serving::start("killed-first", &options);
    let key = killed.told("api_key");
    let path = "/credits/demo.example";
    assert_eq!(killed.get(path), Value::Array(Vec::new()));
    killed.process.kill().unwrap();
    killed.process.wait().unwrap();
    let serving = Serving::start("killed-second", &options);
    assert_eq!(serving.send_by(&key, "GET", path, "", "").0, 401);
    assert_eq!(
        serving.send_by(&key, "POST", "/_local/sweep", "", "{}").0,
        401
    );
    assert_eq!(serving.get(path), Value::Array(Vec::new()));
}

#[test]
fn an_interrupted_first_fill_is_completed() {
    let data = fresh_folder("interrupted").join("certs.sqlite");
    let options = ["--data", data.to_str().unwrap()];
    let mut begun = Serving::start("begun", &[options.as_slice(), &["--no-seed"]].concat());
    // One of the demo credits, as it was made on another day.
    let credit = r#"{"type_id": "ceu", "origin": "legacy system", "contact_id": "ada",
        "date": "2020-01-01", "quantity": 1}"#;
    let headers = "content-type: application/json\r\nidempotency-key: demo-credit-7\r\n";
    let made = begun.send("POST", "/credits/demo.example", headers, credit);
    assert_eq!(made.0, 200, "{}", made.1);
    begun.stop("-TERM");
    let serving = Serving::start("completed", &options);
    let ids = serving.ids();
    assert_eq!(ids.len(), certs::demo::COUNT);
    let path = format!("/credits/demo.example/{}", made.1["id"].as_str().unwrap());
    assert_eq!(serving.get(&path)["date"], "2020-01-01");
}

#[test]
fn a_deleted_demo_credit_stays_deleted() {
    let data = fresh_folder("deleted").join("certs.sqlite");
    let options = ["--data", data.to_str().unwrap()];
    let last = certs::demo::id(certs::demo::COUNT - 1).unwrap();
    let some = certs::demo::id(3).unwrap();
    let mut left = certs::demo::COUNT;
    // Without the last credit the fill looks interrupted.
    for id in [some, last] {
        let mut serving = Serving::start("deleted-run", &options);
        assert_eq!(serving.ids().len(), left);
        let path = format!("/credits/demo.example/{id}");
        assert_eq!(serving.send("DELETE", &path, "", "").0, 200);
        left -= 1;
        serving.stop("-TERM");
    }
    let serving = Serving::start("deleted-again", &options);
    assert_eq!(serving.ids().len(), left);
}

#[test]
fn the_service_works_on_another_store_and_table_name() {
    let store = Serving::start("store", &["--no-seed"]);
    let endpoint = store.announced()["dynamodb_endpoint"]
        .as_str()
        .unwrap()
        .to_owned();
    let options = [
        "--dynamodb-endpoint",
        &endpoint,
        "--table",
        "other",
        "--no-seed",
    ];
    let access_key = store.told("dynamodb_access_key_id");
    let serving = Serving::start_with("client", &options, &access_key);
    assert_eq!(serving.told("dynamodb_access_key_id"), access_key);
    assert_eq!(serving.announced()["dynamodb_endpoint"], endpoint.as_str());
    assert_eq!(serving.announced()["table"], "other");
    assert_eq!(
        serving.get("/credits/demo.example"),
        Value::Array(Vec::new())
    );
}

#[test]
fn a_taken_port_is_an_error_that_says_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = fresh_folder("taken");
    let output = Command::new(env!("CARGO_BIN_EXE_certs"))
        .current_dir(&folder)
        .args(["serve", "--port", &port])
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains(&port) && said.contains("PORT=") && said.contains("--port"),
        "{said}"
    );
    assert!(!folder.join(".local/serve.json").exists());
}
