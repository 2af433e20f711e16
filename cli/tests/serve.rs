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
    /// Returns once the banner with the line to paste is out.
    fn start(name: &str, options: &[&str]) -> Self {
        let folder = fresh_folder(name);
        let mut process = command(&folder, options)
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

    /// The body of a 200.
    fn get(&self, path: &str) -> Value {
        let announced = self.announced();
        let address = announced["base_url"]
            .as_str()
            .unwrap()
            .trim_start_matches("http://");
        let key = announced["api_key"].as_str().unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.0\r\nauthorization: {key}\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(" 200 "), "{answer}");
        serde_json::from_str(body).unwrap()
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
fn ctrl_c_stops_it() {
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
fn it_works_on_another_store_under_another_table_name() {
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
    let serving = Serving::start("client", &options);
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
