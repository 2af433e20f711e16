//! The way of one call: record it, see what is planned, do that.

use std::future::pending;
use std::io;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use serde_json::Value;

use super::script::{Fault, Hook, Script};
use crate::recorder::{Answer, Recorder};

/// The operations that tell what they consumed when they are asked to.
const METERED: [&str; 10] = [
    "GetItem",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "Query",
    "Scan",
    "BatchGetItem",
    "BatchWriteItem",
    "TransactGetItems",
    "TransactWriteItems",
];

#[derive(Clone, Debug)]
pub(super) struct Connector {
    pub(super) inner: SharedHttpConnector,
    pub(super) recorder: Recorder,
    pub(super) script: Arc<Script>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connector = self.clone();
        HttpConnectorFuture::new(async move { connector.carry(request).await })
    }
}

impl Connector {
    async fn carry(&self, mut request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let operation = operation_of(&request);
        let sent = ask_for_capacity(&operation, &mut request);
        let call = self.recorder.begin(&operation, sent);
        let (fault, hook) = self.script.next(&operation);
        match fault {
            Fault::Pass => {
                run(hook).await;
                Ok(self.forward(call, request).await?.into())
            }
            Fault::LoseResponse => {
                self.forward(call, request).await?;
                run(hook).await;
                Err(ConnectorError::io(lost().into()))
            }
            Fault::Answer(answer) => Ok(answer.into()),
            Fault::Stall => pending().await,
        }
    }

    /// Asks the store, and notes what it answered.
    async fn forward(&self, call: u64, request: HttpRequest) -> Result<Answer, ConnectorError> {
        let answer = receive(self.inner.call(request).await?).await?;
        self.recorder.end(call, answer.clone());
        Ok(answer)
    }
}

async fn run(hook: Option<Hook>) {
    if let Some(hook) = hook {
        hook.await;
    }
}

/// `GetItem` of `DynamoDB_20120810.GetItem`.
fn operation_of(request: &HttpRequest) -> String {
    let target = request.headers().get("x-amz-target").unwrap_or_default();
    let name = target.rsplit('.').next().unwrap_or_default();
    name.to_owned()
}

/// Makes the store tell what the call consumes, table and indexes, and gives
/// back the request's document.
///
/// This changes a request that is signed already. The local stores check no
/// signature, and here every client can be listened to without its knowledge.
fn ask_for_capacity(operation: &str, request: &mut HttpRequest) -> Value {
    let body = request.body().bytes().unwrap_or_default();
    let mut document: Value = serde_json::from_slice(body).unwrap_or_default();
    if let (true, Some(members)) = (METERED.contains(&operation), document.as_object_mut()) {
        members.insert("ReturnConsumedCapacity".to_owned(), "INDEXES".into());
        let body = document.to_string();
        request
            .headers_mut()
            .insert("content-length", body.len().to_string());
        *request.body_mut() = SdkBody::from(body);
    }
    document
}

async fn receive(response: HttpResponse) -> Result<Answer, ConnectorError> {
    let status = response.status().as_u16();
    let body = ByteStream::new(response.into_body())
        .collect()
        .await
        .map_err(|error| ConnectorError::io(error.into()))?;
    Ok(Answer {
        status,
        body: body.into_bytes().into(),
    })
}

fn lost() -> io::Error {
    io::Error::new(
        io::ErrorKind::ConnectionReset,
        "the answer was lost, as planned",
    )
}
