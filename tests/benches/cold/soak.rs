//! Measures the memory of a function that has served many requests.

use integration_tests::emulator::{Emulator, bootstrap, environment};
use integration_tests::events::{Scene, event_file};
use serde_json::Value;

use crate::process::{Memory, memory};
use crate::target::Target;

const FUNCTION: &str = "credits";
const FEW: usize = 1_000;
const MANY: usize = 10_000;
const MAX_RSS_MB: f64 = 16.0;
const MAX_GROWTH_MB: f64 = 1.0;

/// The requests, in turn: writes, reads of one and of many records, and refusals.
const MIX: [(&str, u16); 8] = [
    ("credits/create_credit", 200),
    ("credits/get_credit", 200),
    ("credits/patch_credit", 200),
    ("credits/list_credits", 200),
    ("credits/list_credits_by_contact", 200),
    ("credits/search_credits", 200),
    ("credits/get_credit_unauthenticated", 401),
    ("credits/create_credit_invalid", 400),
];

pub(crate) fn measure(scene: &Scene) -> Vec<Target> {
    let mut emulator = Emulator::start(&bootstrap(FUNCTION), &environment(&scene.store));
    let events = MIX.map(|(name, status)| (event_file(name), status));
    println!("\n{FUNCTION} after so many mixed requests");
    let mut after = |from: usize, to: usize| {
        for number in from..to {
            let (event, status) = &events[number % events.len()];
            let answer = emulator.invoke(&unique(event.clone(), number));
            assert_eq!(answer["statusCode"], *status, "{answer:#}");
        }
        let Memory {
            rss,
            anonymous,
            of_files,
        } = memory(emulator.pid());
        println!(
            "{to:>6}: RSS {rss:.1} MB, anonymous {anonymous:.1} MB, of files {of_files:.1} MB"
        );
        rss
    };
    let (few, many) = (after(0, FEW), after(FEW, MANY));
    let growth = format!("{FUNCTION}: growth from {FEW} to {MANY} requests");
    vec![
        Target::fixed(
            format!("{FUNCTION}: RSS after {MANY} requests"),
            many,
            MAX_RSS_MB,
            "MB",
        ),
        Target::fixed(growth, many - few, MAX_GROWTH_MB, "MB"),
    ]
}

/// Makes each create unique, with its own contact: if the records that others read grew, memory
/// would grow too. A patch does not name a version.
fn unique(mut event: Value, number: usize) -> Value {
    let headers = event["headers"]
        .as_object_mut()
        .expect("an event has headers");
    headers.remove("idempotency-key");
    headers.remove("if-match");
    if event["routeKey"] == "POST /credits/{tenantId}" {
        let body = event["body"].as_str().expect("a create has a body");
        let body = body.replace("contact-ada", &format!("contact-{number}"));
        event["body"] = body.replace("webinar-12", "webinar-13").into();
    }
    event
}
