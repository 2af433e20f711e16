//! Records every call to the store, and its consumed capacity.

mod capacity;

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;
use futures_util::{StreamExt, stream};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Bytes, Frame};
use serde_json::{Value, json};

pub use capacity::Capacity;

/// The operations that write.
const WRITES: [&str; 5] = [
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "BatchWriteItem",
    "TransactWriteItems",
];

/// The content type of DynamoDB's answers.
const MEDIA_TYPE: &str = "application/x-amz-json-1.0";

/// The header with the CRC-32 of an answer's body, in decimal digits.
pub(crate) const CHECKSUM: &str = "x-amz-crc32";

/// The text before the digits of a number attribute.
const NUMBER: &[u8] = b"\"N\":\"";

/// An answer of the store, as received.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// A JSON document.
    pub body: Vec<u8>,
    /// The checksum of the body.
    pub checksum: Option<String>,
    /// The number of bytes that are announced but never arrive.
    pub missing: usize,
}

impl Answer {
    /// Returns the refusal that DynamoDB sends for an error code.
    pub(crate) fn error(code: &str) -> Self {
        let kind = format!("com.amazonaws.dynamodb.v20120810#{code}");
        let body = json!({ "__type": kind, "message": "refused, as planned" });
        Self {
            status: 400,
            body: body.to_string().into_bytes(),
            ..Self::default()
        }
    }

    /// Returns a failure of the service itself.
    pub(crate) fn failure() -> Self {
        Self {
            status: 500,
            ..Self::error("InternalServerError")
        }
    }

    /// Cuts the answer: the second half of the body never arrives.
    pub(crate) fn truncated(mut self) -> Self {
        let rest = self.body.split_off(self.body.len() / 2);
        self.missing = rest.len();
        self
    }

    /// Replaces the document by the page of a proxy, with the same status.
    pub(crate) fn garbled(self) -> Self {
        Self {
            body: b"<html><body>It works!</body></html>".to_vec(),
            checksum: None,
            ..self
        }
    }

    /// Changes one digit, of an attribute if there is one. Only the checksum shows it.
    pub(crate) fn corrupted(mut self) -> Self {
        let checksum = || crc32fast::hash(&self.body).to_string();
        self.checksum = Some(self.checksum.clone().unwrap_or_else(checksum));
        let is_number = |at: &usize| self.body[*at..].starts_with(NUMBER);
        let number = (0..self.body.len()).find(is_number);
        let number = number.map(|at| at + NUMBER.len());
        let last = || self.body.iter().rposition(u8::is_ascii_digit);
        if let Some(at) = number.or_else(last) {
            self.body[at] ^= 1;
        }
        self
    }

    /// Returns the body as a value, or null when it is not JSON.
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
        if let Some(checksum) = answer.checksum {
            response.headers_mut().insert(CHECKSUM, checksum);
        }
        response
    }
}

/// The answer for a socket. An error in it cuts the connection.
pub(crate) type Wire = UnsyncBoxBody<Bytes, io::Error>;

impl From<Answer> for http::Response<Wire> {
    fn from(answer: Answer) -> Self {
        let length = answer.body.len() + answer.missing;
        let mut response = http::Response::builder()
            .status(answer.status)
            .header("content-type", MEDIA_TYPE)
            .header("content-length", length);
        if let Some(checksum) = answer.checksum {
            response = response.header(CHECKSUM, checksum);
        }
        let sent = Ok(Frame::data(Bytes::from(answer.body)));
        // The error comes only after the available bytes were sent.
        let cut = async {
            tokio::task::yield_now().await;
            Err(io::ErrorKind::UnexpectedEof.into())
        };
        let cut = stream::once(cut).take(answer.missing.min(1));
        let frames = stream::iter([sent]).chain(cut);
        response
            .body(StreamBody::new(frames).boxed_unsync())
            .expect("a status came from a store")
    }
}

/// One call. A retry of the SDK is another call.
#[derive(Clone, Debug)]
pub struct Call {
    /// The logical id of the function, if the call was made in its role.
    pub function: Option<&'static str>,
    /// The operation, such as `GetItem`.
    pub operation: String,
    /// The request of the SDK.
    pub request: Value,
    /// The answer of the store, also when it was lost on the way. `None` when the
    /// store was not asked, or has not answered.
    pub answer: Option<Answer>,
}

impl Call {
    /// Makes a call that has no answer yet.
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

    /// Returns the capacity that the call consumed; zero when it was refused.
    pub fn capacity(&self) -> Capacity {
        let document = self.answer.as_ref().map(Answer::document);
        Capacity::from_document(&document.unwrap_or_default())
    }

    /// Tells whether the store applied a write.
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
    /// Returns all calls so far.
    pub fn calls(&self) -> Vec<Call> {
        self.log().calls.values().cloned().collect()
    }

    /// Returns the calls of one operation so far.
    pub fn calls_to(&self, operation: &str) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|call| call.operation == operation);
        calls
    }

    /// Returns the store's latest answer to an operation, for a later
    /// [`Plan::answer`](crate::faults::Plan::answer).
    ///
    /// # Panics
    /// When the operation was not called yet.
    pub fn last_answer_to(&self, operation: &str) -> Answer {
        let mut calls = self.calls_to(operation).into_iter().rev();
        calls
            .find_map(|call| call.answer)
            .expect("the operation was called before")
    }

    /// Returns the number of writes that the store applied.
    pub fn applied_writes(&self) -> usize {
        let calls = self.calls();
        calls.iter().filter(|call| call.is_applied_write()).count()
    }

    /// Returns the capacity that all calls of one operation consumed.
    pub fn capacity_of(&self, operation: &str) -> Capacity {
        self.calls_to(operation).iter().map(Call::capacity).sum()
    }

    /// Returns the denied calls. A function only logs some of these.
    pub fn denials(&self) -> Vec<String> {
        self.log().denials.clone()
    }

    /// Forgets the calls so far, such as those of the preparation.
    pub fn clear(&self) {
        self.log().calls.clear();
    }

    /// Notes the begin of a call, and returns its number for [`Recorder::end`].
    pub(crate) fn begin(&self, call: Call) -> u64 {
        let mut log = self.log();
        let id = log.next_id;
        log.next_id += 1;
        log.calls.insert(id, call);
        id
    }

    /// Notes that a call was denied and why, so that a failing test can show it.
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
