//! One GET with a limit of time and of size. Redirects are not followed.

use std::error::Error;
use std::io;
use std::time::Duration;

use http::{StatusCode, Uri};
use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// The most time for the whole request. API Gateway gives an authorizer 10 s, and a client waits.
const FETCHED_WITHIN: Duration = Duration::from_secs(2);
/// The largest answer: a hundred keys with their certificates.
const MAX_BODY_BYTES: usize = 256 * 1024;

type Body = Empty<&'static [u8]>;

/// The reason why the keys were not fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The system has no root certificates.
    #[error("there are no root certificates")]
    Roots(#[source] io::Error),
    /// The connection failed.
    #[error("the issuer cannot be reached")]
    Unreachable(#[source] hyper_util::client::legacy::Error),
    /// The answer has another status than 200; redirects are not followed.
    #[error("the issuer answers {0}")]
    Status(StatusCode),
    /// The answer is too large, or ended early.
    #[error("the issuer's answer cannot be read: {0}")]
    Body(Box<dyn Error + Send + Sync>),
    /// The answer took too long.
    #[error("the issuer is too slow")]
    Slow,
}

/// A client for one address.
#[derive(Debug)]
pub(super) struct Fetcher {
    client: Client<HttpsConnector<HttpConnector>, Body>,
    address: Uri,
}

impl Fetcher {
    pub(super) fn new(address: Uri) -> Result<Self, FetchError> {
        let connector = HttpsConnectorBuilder::new()
            .with_native_roots()
            .map_err(FetchError::Roots)?
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { client, address })
    }

    pub(super) async fn fetch(&self) -> Result<Vec<u8>, FetchError> {
        let fetched = tokio::time::timeout(FETCHED_WITHIN, self.get());
        fetched.await.map_err(|_elapsed| FetchError::Slow)?
    }

    async fn get(&self) -> Result<Vec<u8>, FetchError> {
        let answer = self.client.get(self.address.clone()).await;
        let answer = answer.map_err(FetchError::Unreachable)?;
        if answer.status() != StatusCode::OK {
            return Err(FetchError::Status(answer.status()));
        }
        let body = Limited::new(answer.into_body(), MAX_BODY_BYTES).collect();
        let body = body.await.map_err(FetchError::Body)?;
        Ok(body.to_bytes().to_vec())
    }
}
