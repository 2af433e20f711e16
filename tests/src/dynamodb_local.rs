//! Amazon's DynamoDB Local: one process for each test binary, which ends with the binary.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use uuid::Uuid;

use crate::guard::guard;
use crate::port::Port;
use crate::store;

/// The folder in the workspace into which `make test` unpacks DynamoDB Local.
const UNPACKED: &str = ".local/dynamodb-local/dynamodb_local_2026-05-28";

/// A start takes 1–3 s on a quiet machine, and longer when compilers use all cores.
const READY_WITHIN: Duration = Duration::from_secs(60);
const POLL_EVERY: Duration = Duration::from_millis(20);

/// The number of times that another program may take the port before the bind.
const ATTEMPTS: usize = 5;

/// A running DynamoDB Local. Dropping the value ends it.
#[derive(Debug)]
pub struct DynamoDbLocal {
    endpoint: String,
    directory: PathBuf,
    /// Holds the pipe that keeps the process alive.
    guard: Child,
    _port: Port,
}

impl DynamoDbLocal {
    /// Starts DynamoDB Local in memory, without tables, and waits until it answers.
    ///
    /// # Panics
    /// When DynamoDB Local is not installed, or is not ready within a minute.
    pub async fn start() -> Self {
        let mut last_words = String::new();
        for _ in 0..ATTEMPTS {
            match Self::spawn(Port::claim()).ready().await {
                Ok(started) => return started,
                Err(output) => last_words = output,
            }
        }
        panic!("DynamoDB Local does not start; it said: {last_words}");
    }

    /// Returns the URL for an SDK client.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Returns the folder of its temporary files, which is removed at the end.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    fn spawn(port: Port) -> Self {
        let directory = env::temp_dir().join(format!("dynamodb-local-{}", Uuid::new_v4()));
        let guard = guard(&directory)
            .arg(java())
            .args(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"])
            .arg(format!("-Djava.io.tmpdir={}", directory.display()))
            .arg("-jar")
            .arg(jar())
            .args(["-port", &port.number.to_string()])
            .args(["-inMemory", "-sharedDb", "-disableTelemetry"])
            .spawn()
            .expect("`sh` starts");
        Self {
            endpoint: format!("http://127.0.0.1:{}", port.number),
            directory,
            guard,
            _port: port,
        }
    }

    /// Waits for the first answer. Returns the log of the process when it ended or
    /// took too long.
    async fn ready(mut self) -> Result<Self, String> {
        let client = probe(&self.endpoint);
        let deadline = Instant::now() + READY_WITHIN;
        while Instant::now() < deadline {
            if self.has_ended() {
                break;
            }
            if has_no_tables(&client).await && !self.has_ended() {
                return Ok(self);
            }
            tokio::time::sleep(POLL_EVERY).await;
        }
        Err(self.last_words())
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.guard.try_wait(), Ok(None))
    }

    /// Ends the process by closing the pipe, and returns the end of its log.
    fn last_words(self) -> String {
        match self.guard.wait_with_output() {
            Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
            Err(error) => error.to_string(),
        }
    }
}

/// Tells whether a store without tables answers. A store with a table is not the
/// one just started, but belongs to another program that took the port first.
async fn has_no_tables(client: &Client) -> bool {
    match client.list_tables().send().await {
        Ok(answer) => answer.table_names().is_empty(),
        Err(_) => false,
    }
}

fn probe(endpoint: &str) -> Client {
    let timeouts = TimeoutConfig::builder()
        .operation_timeout(READY_WITHIN / 4)
        .build();
    let config = store::config(endpoint)
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts);
    Client::from_conf(config.build())
}

/// Returns the Java that the set-up found, or else the machine's.
fn java() -> PathBuf {
    let found = workspace().join(".local/java/bin/java");
    if found.is_file() {
        return found;
    }
    match env::var_os("JAVA_HOME") {
        Some(home) => Path::new(&home).join("bin/java"),
        None => PathBuf::from("java"),
    }
}

fn jar() -> PathBuf {
    let home = match env::var_os("DDB_LOCAL_HOME") {
        Some(home) => PathBuf::from(home),
        None => workspace().join(UNPACKED),
    };
    let jar = home.join("DynamoDBLocal.jar");
    assert!(
        jar.is_file(),
        "DynamoDB Local is not at {}: `make test` downloads it",
        jar.display()
    );
    jar
}

fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
