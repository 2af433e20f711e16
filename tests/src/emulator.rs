//! Runs a function's own binary under AWS's runtime interface emulator, which SAM contains. An
//! event goes over HTTP to a process that has read its environment and run its own `main`.

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

/// The variable with the path of the emulator, set by `make emulate`.
pub const EMULATOR: &str = "LAMBDA_RIE";
/// The variable with the folder of the functions' binaries, set by `make emulate`.
pub const BOOTSTRAPS: &str = "LAMBDA_BOOTSTRAPS";

/// Long, because compilers on all cores make a start slow.
const READY_WITHIN: Duration = Duration::from_secs(60);
const POLL_EVERY: Duration = Duration::from_millis(5);

/// Starts the function, and keeps its output apart from the emulator's. The function has its own
/// process from the start, so that the CPU time of the process is the function's.
const FUNCTION: &str = r#""$0" >"$1/stdout" 2>"$1/stderr" & echo $! >"$1/pid"; wait $!"#;

/// The path under which the emulator serves its function.
const INVOCATIONS: &str = "/2015-03-31/functions/function/invocations";

/// A running emulator with one function, whose process starts with the first event. Dropping the
/// value ends both.
#[derive(Debug)]
pub struct Emulator {
    directory: PathBuf,
    /// Holds the pipe that keeps the emulator alive.
    _guard: Child,
    invocations: Port,
    _runtime: Port,
}

/// Tells whether the emulator is installed.
pub fn is_installed() -> bool {
    env::var_os(EMULATOR).is_some()
}

/// Returns the environment that a function has on AWS, for a table of a local store.
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

/// Returns the path of a function's binary.
///
/// # Panics
/// When the binary does not exist, or the variable is not set.
pub fn bootstrap(name: &str) -> PathBuf {
    let folder = env::var_os(BOOTSTRAPS).expect("`make emulate` says where the binaries are");
    let bootstrap = Path::new(&folder).join(name);
    assert!(bootstrap.is_file(), "no binary at {}", bootstrap.display());
    bootstrap
}

impl Emulator {
    /// Starts an emulator for a binary that gets only this environment.
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
            // By default the emulator is open to the whole network.
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

    /// Sends one event, and returns the answer or the error. Takes `&mut self`, because the
    /// emulator crashes when it gets two events at a time.
    ///
    /// # Panics
    /// When the emulator does not answer.
    pub fn invoke(&mut self, event: &Value) -> Value {
        let answer = self.invoke_with(event.to_string().as_bytes());
        serde_json::from_slice(&answer).expect("an answer is JSON")
    }

    /// Sends any payload, also one that is not JSON.
    ///
    /// # Panics
    /// When the emulator does not answer.
    pub fn invoke_with(&mut self, payload: &[u8]) -> Vec<u8> {
        invocation::post(&address(&self.invocations), INVOCATIONS, payload)
            .expect("the emulator answers")
    }

    /// Returns the id of the function's process, which starts with the first event.
    ///
    /// # Panics
    /// When the process does not start.
    pub fn pid(&self) -> u32 {
        wait_until(|| self.read("pid").ends_with('\n'));
        let pid = self.read("pid");
        pid.trim().parse().expect("the shell writes a number")
    }

    /// Returns the lines that the function has logged.
    pub fn log(&self) -> Vec<String> {
        self.read("stdout").lines().map(str::to_owned).collect()
    }

    /// Returns what the function has written to standard error.
    pub fn errors(&self) -> String {
        self.read("stderr")
    }

    /// Returns the function's time for each event, without its start, as the emulator measured it.
    ///
    /// # Panics
    /// When the emulator's log has another form.
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
