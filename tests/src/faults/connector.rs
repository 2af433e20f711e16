//! The connector that the SDK calls in place of a connection.

use std::io;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use serde_json::Value;

use super::Plans;
use crate::policy::Policy;
use crate::recorder::{Answer, CHECKSUM, Call};

/// The operations that report consumed capacity on request.
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
    pub(super) plans: Plans,
    pub(super) role: Option<Role>,
}

/// The caller of a client, and the caller's policy.
#[derive(Clone, Copy, Debug)]
pub(super) struct Role {
    pub(super) function: &'static str,
    pub(super) policy: &'static Policy,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connector = self.clone();
        HttpConnectorFuture::new(async move { connector.carry(request).await })
    }
}

impl Connector {
    async fn carry(&self, mut request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let call = self.call(&mut request);
        if let Some(denial) = self.denial(&call) {
            self.plans.recorder().deny(denial);
            return Ok(Answer::error("AccessDeniedException").into());
        }
        let ask = async { receive(self.inner.call(request).await?).await };
        match self.plans.carry(call, ask).await? {
            Some(answer) => Ok(answer.into()),
            None => Err(ConnectorError::io(lost().into())),
        }
    }

    /// Reads the call from a request, and makes the request ask for its capacity.
    fn call(&self, request: &mut HttpRequest) -> Call {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let mut call = Call::new(target, Value::Null);
        call.function = self.role.map(|role| role.function);
        call.request = ask_for_capacity(&call.operation, request);
        call
    }

    fn denial(&self, call: &Call) -> Option<String> {
        let Role { function, policy } = self.role?;
        let denial = policy.denial(call)?;
        Some(format!("{function}: {denial}"))
    }
}

/// Makes the request ask for the capacity of table and indexes, and returns its
/// document.
///
/// This changes a request that is already signed, which works because local
/// stores do not check signatures. So every client can be recorded.
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
    let checksum = response.headers().get(CHECKSUM).map(str::to_owned);
    let body = ByteStream::new(response.into_body())
        .collect()
        .await
        .map_err(|error| ConnectorError::io(error.into()))?;
    Ok(Answer {
        status,
        body: body.into_bytes().into(),
        checksum,
        ..Answer::default()
    })
}

fn lost() -> io::Error {
    io::Error::new(
        io::ErrorKind::ConnectionReset,
        "the answer was lost, as planned",
    )
}
