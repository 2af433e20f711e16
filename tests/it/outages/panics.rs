//! A panic of a handler fails its request, but does not end the function.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use integration_tests::api::Request;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::base::clock::Clock;
use tracing::subscriber::set_default;

use crate::credits::credit;
use crate::rule_sets::rule_set;
use crate::world::World;

/// The text of the panic, which only the log may have.
const INTERNALS: &str = "the pendulum broke";

/// Returns a clock that panics at its first use.
fn broken_once() -> Clock {
    let is_broken = Mutex::new(true);
    Clock::from_fn(move || {
        let is_broken = is_broken.lock().map(|mut it| std::mem::take(&mut *it));
        assert!(!is_broken.unwrap_or_default(), "{INTERNALS}");
        Timestamp::now()
    })
}

/// The log of this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Returns the error lines.
    fn errors(&self) -> Vec<Value> {
        let bytes = self.0.lock().unwrap().clone();
        let lines = String::from_utf8(bytes).unwrap();
        let lines = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        lines
            .filter(|line: &Value| line["level"] == "ERROR")
            .collect()
    }
}

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Sends a request twice. The handler panics first, and then succeeds.
async fn fails_once(world: &World, request: impl Fn() -> Request) {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().json();
    let subscriber = subscriber.with_writer(move || writer.clone()).finish();
    let collecting = set_default(subscriber);
    let refusal = world.refused(request(), 500, "internal").await;
    drop(collecting);
    assert!(!refusal.text.contains(INTERNALS), "{}", refusal.text);
    let errors = log.errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    let line = &errors[0]["fields"];
    assert_eq!(line["request_id"], refusal.body["instance"]);
    assert!(line["causes"].as_str().unwrap().contains(INTERNALS));

    let answer = request().send().await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn a_panic_is_a_500_logged_once_and_the_next_credit_is_created() {
    let world = World::with_clock(broken_once()).await;
    let create = || world.api.post("/credits/{tenant}");
    fails_once(&world, || create().json(&credit(json!({})))).await;
}

#[tokio::test]
async fn a_panic_is_a_500_logged_once_and_the_next_rule_set_is_created() {
    let world = World::with_clock(broken_once()).await;
    let create = || world.rule_sets.post("/expirationRuleSets/{tenant}");
    fails_once(&world, || create().json(&rule_set(json!({})))).await;
}
