//! A store that is further away: each answer arrives later.

use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use crate::store;

/// An HTTP client for the SDK that waits before each call. In benchmarks the wait stands for the
/// network, so that parallel work shows.
#[derive(Clone, Debug)]
pub struct Latency {
    inner: SharedHttpClient,
    wait: Duration,
}

impl Latency {
    /// Makes a client whose calls each take `wait` longer.
    pub fn of(wait: Duration) -> Self {
        Self {
            inner: store::plain_http(),
            wait,
        }
    }
}

impl HttpClient for Latency {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Distant {
            inner,
            wait: self.wait,
        })
    }
}

#[derive(Debug)]
struct Distant {
    inner: SharedHttpConnector,
    wait: Duration,
}

impl HttpConnector for Distant {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (inner, wait) = (self.inner.clone(), self.wait);
        HttpConnectorFuture::new(async move {
            tokio::time::sleep(wait).await;
            inner.call(request).await
        })
    }
}
