//! Measures one request.

use std::time::{Duration, Instant};

use integration_tests::api::Request;
use lambda_http::request::LambdaRequest;
use lambda_http::{Context, LambdaEvent};
use rustix::time::{ClockId, clock_gettime};
use serde_json::Value;
use tower::ServiceExt;

/// The cost of one request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    /// The HTTP status of the answer.
    pub(crate) status: u64,
    /// CPU time of the function's thread, from the bytes of the event to the bytes of the answer.
    pub(crate) cpu: Duration,
    /// CPU time of all other threads, which are the store's.
    pub(crate) store: Duration,
    /// Wall-clock time.
    pub(crate) wall: Duration,
}

/// Sends a request as Lambda's runtime does, and measures it.
pub(crate) async fn measure(request: &Request) -> Measured {
    let event = request.event().to_string().into_bytes();
    let function = request.function().clone();
    let before = Clocks::now();
    let event: LambdaRequest = serde_json::from_slice(&event).expect("an event of API Gateway");
    let event = LambdaEvent::new(event, Context::default());
    let Ok(answer) = function.oneshot(event).await;
    let answer = serde_json::to_vec(&answer).expect("an answer is JSON");
    let spent = before.elapsed();
    let answer: Value = serde_json::from_slice(&answer).expect("an answer is JSON");
    Measured {
        status: answer["statusCode"]
            .as_u64()
            .expect("an answer has a status"),
        cpu: spent.thread,
        store: spent.process.saturating_sub(spent.thread),
        wall: spent.wall,
    }
}

#[derive(Debug)]
struct Clocks {
    thread: Duration,
    process: Duration,
    wall: Instant,
}

#[derive(Debug)]
struct Spent {
    thread: Duration,
    process: Duration,
    wall: Duration,
}

impl Clocks {
    fn now() -> Self {
        Self {
            thread: read(ClockId::ThreadCPUTime),
            process: read(ClockId::ProcessCPUTime),
            wall: Instant::now(),
        }
    }

    fn elapsed(&self) -> Spent {
        Spent {
            thread: read(ClockId::ThreadCPUTime).saturating_sub(self.thread),
            process: read(ClockId::ProcessCPUTime).saturating_sub(self.process),
            wall: self.wall.elapsed(),
        }
    }
}

fn read(clock: ClockId) -> Duration {
    clock_gettime(clock)
        .try_into()
        .expect("CPU time is not negative")
}
