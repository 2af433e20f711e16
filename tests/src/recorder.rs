//! Every call that went to the store, and what it consumed.

mod capacity;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;
use http_body_util::Full;
use hyper::body::Bytes;
use serde_json::{Value, json};

pub use capacity::Capacity;

/// The operations that change something.
const WRITES: [&str; 5] = [
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "BatchWriteItem",
    "TransactWriteItems",
];

/// What DynamoDB answers.
const MEDIA_TYPE: &str = "application/x-amz-json-1.0";

/// A store's answer, as it came over the wire.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// A JSON document.
    pub body: Vec<u8>,
}

impl Answer {
    /// The refusal that DynamoDB sends for an error code.
    pub(crate) fn error(code: &str) -> Self {
        let kind = format!("com.amazonaws.dynamodb.v20120810#{code}");
        let body = json!({ "__type": kind, "message": "refused, as planned" });
        Self {
            status: 400,
            body: body.to_string().into_bytes(),
        }
    }

    /// The body as a value; null when it is no JSON.
    pub fn document(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl From<Answer> for HttpResponse {
    fn from(answer: Answer) -> Self {
        let status = answer
            .status
            .try_into()
            .expect("a status came from a store");
        let mut response = Self::new(status, SdkBody::from(answer.body));
        response.headers_mut().insert("content-type", MEDIA_TYPE);
        response
    }
}

impl From<Answer> for http::Response<Full<Bytes>> {
    fn from(answer: Answer) -> Self {
        http::Response::builder()
            .status(answer.status)
            .header("content-type", MEDIA_TYPE)
            .body(Full::from(answer.body))
            .expect("a status came from a store")
    }
}

/// One call: a retry by the SDK is another.
#[derive(Clone, Debug)]
pub struct Call {
    /// The logical id of the function that called, where it called as itself.
    pub function: Option<&'static str>,
    /// Such as `GetItem`.
    pub operation: String,
    /// What the SDK sent.
    pub request: Value,
    /// What the store answered, also when that answer was lost on the way.
    /// `None` when the store was not asked, or has not answered.
    pub answer: Option<Answer>,
}

impl Call {
    /// A call that has no answer yet.
    pub fn new(target: &str, request: Value) -> Self {
        // `GetItem` of `DynamoDB_20120810.GetItem`.
        let operation = target.rsplit('.').next().unwrap_or_default();
        Self {
            function: None,
            operation: operation.to_owned(),
            request,
            answer: None,
        }
    }

    /// What the store said that the call consumed; zero when it refused.
    pub fn capacity(&self) -> Capacity {
        let document = self.answer.as_ref().map(Answer::document);
        Capacity::from_document(&document.unwrap_or_default())
    }

    /// Whether the store did something that changed, or may have changed, items.
    pub fn is_applied_write(&self) -> bool {
        let accepted = self.answer.as_ref().is_some_and(|it| it.status == 200);
        accepted && WRITES.contains(&self.operation.as_str())
    }
}

/// The calls of one [`Faults`](crate::faults::Faults), in the order in which they began.
#[derive(Clone, Debug, Default)]
pub struct Recorder(Arc<Mutex<Log>>);

#[derive(Debug, Default)]
struct Log {
    next_id: u64,
    calls: BTreeMap<u64, Call>,
    denials: Vec<String>,
}

impl Recorder {
    /// All calls so far.
    pub fn calls(&self) -> Vec<Call> {
        self.log().calls.values().cloned().collect()
    }

    /// The calls of one operation so far.
    pub fn calls_to(&self, operation: &str) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|call| call.operation == operation);
        calls
    }

    /// The store's latest answer to an operation, to be given
    /// [once more](crate::faults::Plan::answer) later.
    ///
    /// # Panics
    /// When there is none yet.
    pub fn last_answer_to(&self, operation: &str) -> Answer {
        let mut calls = self.calls_to(operation).into_iter().rev();
        calls
            .find_map(|call| call.answer)
            .expect("the operation was called before")
    }

    /// How many calls the store accepted that write.
    pub fn applied_writes(&self) -> usize {
        let calls = self.calls();
        calls.iter().filter(|call| call.is_applied_write()).count()
    }

    /// What all calls of one operation consumed.
    pub fn capacity_of(&self, operation: &str) -> Capacity {
        self.calls_to(operation).iter().map(Call::capacity).sum()
    }

    /// The calls that were denied: some of them a function only logs.
    pub fn denials(&self) -> Vec<String> {
        self.log().denials.clone()
    }

    /// Forgets the calls so far, such as those that prepared the test.
    pub fn clear(&self) {
        self.log().calls.clear();
    }

    /// Notes a call that begins; the number is for [`Recorder::end`].
    pub(crate) fn begin(&self, call: Call) -> u64 {
        let mut log = self.log();
        let id = log.next_id;
        log.next_id += 1;
        log.calls.insert(id, call);
        id
    }

    /// Notes that a call was denied, and why; a test that fails of it shows that.
    pub(crate) fn deny(&self, denial: String) {
        println!("{denial}");
        self.log().denials.push(denial);
    }

    pub(crate) fn end(&self, id: u64, answer: Answer) {
        if let Some(call) = self.log().calls.get_mut(&id) {
            call.answer = Some(answer);
        }
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.0.lock().expect("no test panics while it records")
    }
}
