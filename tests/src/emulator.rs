//! A function's own binary under AWS's runtime interface emulator, the one that SAM brings: an event
//! goes over HTTP to a process that has read its environment and run its own `main`.

mod invocation;

use std::env;
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use uuid::Uuid;

use crate::guard::guard;
use crate::port::Port;
use crate::store::Store;

/// Where the emulator is; `make emulate` sets it.
pub const EMULATOR: &str = "LAMBDA_RIE";
/// The folder of the functions' binaries; `make emulate` sets it.
pub const BOOTSTRAPS: &str = "LAMBDA_BOOTSTRAPS";

/// A compiler on every core makes it slow.
const READY_WITHIN: Duration = Duration::from_secs(60);
const POLL_EVERY: Duration = Duration::from_millis(5);

/// Starts the function and keeps what it says apart from what the emulator says. A process of its
/// own from the start, so that the time it has used is the function's.
const FUNCTION: &str = r#""$0" >"$1/stdout" 2>"$1/stderr" & echo $! >"$1/pid"; wait $!"#;

/// What the emulator serves the one function under.
const INVOCATIONS: &str = "/2015-03-31/functions/function/invocations";

/// A running emulator with one function, whose process starts with the first event. Both end when
/// this value does.
#[derive(Debug)]
pub struct Emulator {
    directory: PathBuf,
    /// Holds the pipe that keeps it alive.
    _guard: Child,
    invocations: Port,
    _runtime: Port,
}

/// Whether there is an emulator to start.
pub fn is_installed() -> bool {
    env::var_os(EMULATOR).is_some()
}

/// What a function finds in its environment on AWS, for a table of a local store.
pub fn environment(store: &Store) -> Vec<(String, String)> {
    let variables = [
        ("TABLE_NAME", store.table.as_str()),
        ("AWS_ENDPOINT_URL_DYNAMODB", &store.endpoint),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_LAMBDA_FUNCTION_NAME", "function"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
    ];
    let owned = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    owned.into()
}

/// The binary of a function.
///
/// # Panics
/// When there is none, or nobody said where.
pub fn bootstrap(name: &str) -> PathBuf {
    let folder = env::var_os(BOOTSTRAPS).expect("`make emulate` says where the binaries are");
    let bootstrap = Path::new(&folder).join(name);
    assert!(bootstrap.is_file(), "no binary at {}", bootstrap.display());
    bootstrap
}

impl Emulator {
    /// Starts an emulator for a binary that will have this environment and nothing of ours.
    ///
    /// # Panics
    /// When the emulator does not start.
    pub fn start(bootstrap: &Path, environment: &[(String, String)]) -> Self {
        let emulator = env::var_os(EMULATOR).expect("`make emulate` says where the emulator is");
        let directory = env::temp_dir().join(format!("lambda-{}", Uuid::new_v4()));
        let (invocations, runtime) = (Port::claim(), Port::claim());
        let guard = guard(&directory)
            .env_clear()
            .envs(env::var_os("PATH").map(|path| ("PATH", path)))
            .envs(environment.iter().cloned())
            .arg(emulator)
            // The defaults are open to the whole network.
            .args([
                "--runtime-interface-emulator-address",
                &address(&invocations),
            ])
            .args(["--runtime-api-address", &address(&runtime)])
            .args(["/bin/sh", "-c", FUNCTION])
            .arg(bootstrap)
            .arg(&directory)
            .spawn()
            .expect("`sh` starts");
        let started = Self {
            directory,
            _guard: guard,
            invocations,
            _runtime: runtime,
        };
        wait_until(|| TcpStream::connect(address(&started.invocations)).is_ok());
        started
    }

    /// Sends one event and gives back the answer, or the error in its place. Never two at a time:
    /// the emulator crashes.
    ///
    /// # Panics
    /// When the emulator does not answer.
    pub fn invoke(&mut self, event: &Value) -> Value {
        let answer = self.invoke_with(event.to_string().as_bytes());
        serde_json::from_slice(&answer).expect("an answer is JSON")
    }

    /// Sends a payload that need not be JSON.
    ///
    /// # Panics
    /// When the emulator does not answer.
    pub fn invoke_with(&mut self, payload: &[u8]) -> Vec<u8> {
        invocation::post(&address(&self.invocations), INVOCATIONS, payload)
            .expect("the emulator answers")
    }

    /// The function's process, which starts with the first event.
    ///
    /// # Panics
    /// When it does not start.
    pub fn pid(&self) -> u32 {
        wait_until(|| self.read("pid").ends_with('\n'));
        let pid = self.read("pid");
        pid.trim().parse().expect("the shell writes a number")
    }

    /// The lines that the function has logged.
    pub fn log(&self) -> Vec<String> {
        self.read("stdout").lines().map(str::to_owned).collect()
    }

    /// What it has written to its standard error.
    pub fn errors(&self) -> String {
        self.read("stderr")
    }

    /// How long the function took for each event, as the emulator saw it; its start is not part of it.
    ///
    /// # Panics
    /// When the emulator writes another log than it did.
    pub fn durations_ms(&self) -> Vec<f64> {
        let log = self.read("log");
        let ends = log.lines().filter(|line| line.contains("INVOKE RTDONE"));
        ends.map(|line| {
            let (_, duration) = line.split_once("duration: ").expect("it tells how long");
            let (duration, _) = duration.split_once("ms").expect("it tells milliseconds");
            duration.parse().expect("it is a number")
        })
        .collect()
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.directory.join(file)).unwrap_or_default()
    }
}

fn address(port: &Port) -> String {
    format!("127.0.0.1:{}", port.number)
}

fn wait_until(condition: impl Fn() -> bool) {
    let deadline = Instant::now() + READY_WITHIN;
    while !condition() {
        assert!(
            Instant::now() < deadline,
            "the emulator or the function does not start"
        );
        thread::sleep(POLL_EVERY);
    }
}
