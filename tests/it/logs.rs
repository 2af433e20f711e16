//! Everything that is logged during the whole run, searched as it is written for secrets, for what
//! clients have sent, and for lines that are more than one; and the lines of requests.

use std::collections::BTreeMap;
use std::env;
use std::io::{self, Write};
use std::sync::{Mutex, Once, PoisonError};

use serde_json::Value;
use shared::model::api_key::{NewApiKey, PREFIX};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt, registry};

/// All our own lines, and those of other crates at production's most detailed level.
const LEVELS: &str = "debug,shared=trace,authorizer=trace,certs=trace,credits=trace";

/// The marker of texts that must not be logged.
pub(crate) const PRIVATE: &str = "private-7f3a";

static LEAKS: Mutex<Vec<String>> = Mutex::new(Vec::new());
static LINES: Mutex<BTreeMap<String, Vec<Value>>> = Mutex::new(BTreeMap::new());

/// Starts to watch, once for the whole run. With `RUST_LOG` the lines are printed too.
pub(crate) fn watch() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let searched = fmt::layer().json().flatten_event(true);
        let searched = searched.with_writer(|| Searching);
        let seen = env::var("RUST_LOG").ok().map(|levels| {
            let seen = fmt::layer().with_test_writer();
            seen.with_filter(EnvFilter::new(levels))
        });
        registry()
            .with(searched.with_filter(EnvFilter::new(LEVELS)))
            .with(seen)
            .init();
    });
}

/// Returns the lines so far that contain a secret or private text, or more than one line.
pub(crate) fn leaks() -> Vec<String> {
    LEAKS.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Returns the lines of one request.
pub(crate) fn lines_of(request_id: &str) -> Vec<Value> {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    lines.get(request_id).cloned().unwrap_or_default()
}

fn keep(line: &str) {
    let line: Value = serde_json::from_str(line).unwrap_or_default();
    if let Some(id) = line["request_id"].as_str() {
        let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
        lines.entry(id.to_owned()).or_default().push(line);
    }
}

struct Searching;

impl Write for Searching {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        if holds_a_secret(&text) || text.contains(PRIVATE) || !is_one_line(&text) {
            let mut leaks = LEAKS.lock().unwrap_or_else(PoisonError::into_inner);
            leaks.push(text.clone().into_owned());
        }
        if text.contains("\"request_id\":\"") {
            keep(&text);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

// Every API key has the prefix; the first two parts of every token are JSON objects in base64.
fn holds_a_secret(line: &str) -> bool {
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let holds_token = line.match_indices("eyJ").any(|(at, _)| {
        let rest = line.get(at..).unwrap_or_default();
        rest.trim_start_matches(is_of_token).starts_with(".eyJ")
    });
    holds_token || line.contains(PREFIX)
}

// Line ends and terminal sequences are escaped in JSON.
fn is_one_line(line: &str) -> bool {
    let inside = line.strip_suffix('\n').unwrap_or(line);
    !inside.chars().any(char::is_control)
}

#[test]
fn a_forged_line_would_be_found() {
    assert!(is_one_line("{\"message\":\"a\\r\\n\"}\n"));
    for forged in ["{}\n{}\n", "{\"a\":\"\r\"}\n", "{\"a\":\"\u{1b}[31m\"}\n"] {
        assert!(!is_one_line(forged), "{forged:?}");
    }
}

#[test]
fn a_logged_key_or_token_would_be_found() {
    let key = NewApiKey::new([1; 8], [2; 32]);
    let token = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJpIn0.c2ln";
    for secret in [key.reveal(), token] {
        let line = format!("{{\"authorization\":\"Bearer {secret}\"}}");
        assert!(holds_a_secret(&line), "{line}");
    }
    assert!(!holds_a_secret("{\"key\":\"0101010101010101\"}"));
}

#[tokio::test]
async fn a_request_is_logged_at_all() {
    let world = crate::world::World::new().await;
    assert_eq!(world.api.get("/credits/{tenant}").send().await.status, 200);
    assert!(tracing::enabled!(tracing::Level::DEBUG));
}
