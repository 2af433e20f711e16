//! Carries one request through the proxy.

use http::header::HOST;
use http::uri::{Authority, Scheme};
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::faults::Plans;
use crate::recorder::{Answer, CHECKSUM, Call, Wire};

/// An error that makes the server cut the connection instead of answering.
type Cut = Box<dyn std::error::Error + Send + Sync>;

/// The connection to a store, and its planned faults. Clones share both.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub(super) plans: Plans,
    store: Authority,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Route {
    pub(super) fn to(endpoint: &str) -> Self {
        let endpoint: Uri = endpoint.parse().expect("the store has a URL");
        Self {
            plans: Plans::default(),
            store: endpoint.authority().cloned().expect("a URL has a host"),
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    /// Returns the answer. An error cuts the connection.
    pub(super) async fn carry(self, request: Request<Incoming>) -> Result<Response<Wire>, Cut> {
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let target = head.headers.get("x-amz-target");
        let target = target.and_then(|target| target.to_str().ok());
        let document = serde_json::from_slice(&body).unwrap_or_default();
        let call = Call::new(target.unwrap_or_default(), document);
        let ask = self.ask(Request::from_parts(head, Full::from(body)));
        let answer = self.plans.carry(call, ask).await?;
        Ok(answer.ok_or("the answer was lost, as planned")?.into())
    }

    async fn ask(&self, mut request: Request<Full<Bytes>>) -> Result<Answer, Cut> {
        let mut uri = std::mem::take(request.uri_mut()).into_parts();
        uri.scheme = Some(Scheme::HTTP);
        uri.authority = Some(self.store.clone());
        *request.uri_mut() = Uri::from_parts(uri)?;
        // The request must name the store, not the proxy.
        request.headers_mut().remove(HOST);
        let response = self.client.request(request).await?;
        let status = response.status().as_u16();
        let checksum = response.headers().get(CHECKSUM);
        let checksum = checksum.and_then(|value| value.to_str().ok());
        let checksum = checksum.map(str::to_owned);
        let body = response.into_body().collect().await?.to_bytes().into();
        Ok(Answer {
            status,
            body,
            checksum,
            ..Answer::default()
        })
    }
}
