//! A client of the API: requests over HTTP with a key.

use std::error::Error;
use std::iter::successors;
use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// API Gateway itself gives up after 30 s.
const ANSWERED_WITHIN: Duration = Duration::from_secs(35);
/// Far more than this service answers to such requests.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// The content of a request.
#[derive(Clone, Copy)]
pub(super) enum Content<'a> {
    /// No body.
    Nothing,
    /// A record.
    Json(&'a Value),
    /// A JSON Patch.
    Patch(&'a Value),
}

/// The address of an API, and a key for it.
pub(super) struct Api {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    address: String,
    key: String,
}

/// An answer: the status, and the body as JSON, or null when it is not JSON.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Value,
}

impl Api {
    /// Makes a client of the API at `address` that sends `key`.
    pub(super) fn new(address: &str, key: &str) -> Result<Self, String> {
        let connector = HttpsConnectorBuilder::new().with_native_roots();
        let connector = connector
            .map_err(|error| format!("the system's root certificates cannot be read: {error}"))?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            address: address.trim_end_matches('/').to_owned(),
            key: key.to_owned(),
        })
    }

    /// Sends a request, and returns the body of a 200.
    pub(super) async fn get_ok(
        &self,
        method: Method,
        path: &str,
        content: Content<'_>,
    ) -> Result<Value, String> {
        let answer = self.send(method, path, content).await?;
        match answer.status {
            StatusCode::OK => Ok(answer.body),
            _ => Err(answer.unexpected("200")),
        }
    }

    /// Sends a request, once.
    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        content: Content<'_>,
    ) -> Result<Answer, String> {
        let (media_type, body) = match content {
            Content::Nothing => (None, String::new()),
            Content::Json(body) => (Some("application/json"), body.to_string()),
            Content::Patch(body) => (Some("application/json-patch+json"), body.to_string()),
        };
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.address))
            .header(AUTHORIZATION, &self.key);
        if let Some(media_type) = media_type {
            request = request.header(CONTENT_TYPE, media_type);
        }
        let request = request.body(Full::from(body));
        let request = request.map_err(|error| format!("the address is not valid: {error}"))?;
        let answered = tokio::time::timeout(ANSWERED_WITHIN, self.answer(request)).await;
        answered.map_err(|_elapsed| {
            format!(
                "{} does not answer within {ANSWERED_WITHIN:?}",
                self.address
            )
        })?
    }

    async fn answer(&self, request: Request<Full<Bytes>>) -> Result<Answer, String> {
        let broken = |error: &(dyn Error + 'static)| {
            let last = successors(Some(error), |&error| error.source()).last();
            let reason = last.map(ToString::to_string).unwrap_or_default();
            format!("{} cannot be reached ({reason})", self.address)
        };
        let answer = self.client.request(request).await;
        let (head, body) = answer.map_err(|error| broken(&error))?.into_parts();
        let body = Limited::new(body, MAX_ANSWER_BYTES).collect().await;
        let body = body.map_err(|error| broken(error.as_ref()))?.to_bytes();
        Ok(Answer {
            status: head.status,
            body: serde_json::from_slice(&body).unwrap_or_default(),
        })
    }
}

impl Answer {
    /// Describes an answer with another status than `wanted`, in the words of the
    /// service or of API Gateway.
    pub(super) fn unexpected(&self, wanted: &str) -> String {
        let said = ["detail", "message"].into_iter();
        let mut said = said.filter_map(|name| self.body.get(name).and_then(Value::as_str));
        let said = said.next().unwrap_or("without a reason");
        let id = self.body.get("instance").and_then(Value::as_str);
        let id = id.map(|id| format!(", request {id}")).unwrap_or_default();
        let status = self.status.as_u16();
        format!("answered {status}, not {wanted}: {said}{id}")
    }
}
