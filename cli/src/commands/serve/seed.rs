//! Fills the demo tenant through the gateway, so that its credits are made like
//! those of any client.

use std::net::{IpAddr, Ipv4Addr};

use axum::body::{Body, to_bytes};
use futures_util::{StreamExt, TryStreamExt, stream};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Request, StatusCode};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::demo::{self, TENANT};
use crate::gateway::Gateway;

/// The number of requests at a time. More would only wait for the store.
const AT_ONCE: usize = 8;

/// More than enough for a refusal.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;

#[derive(Debug, thiserror::Error)]
pub(in crate::commands) enum SeedError {
    #[error("a request could not be made")]
    Request(#[from] http::Error),
    #[error(transparent)]
    Id(#[from] shared::base::error::Error),
    #[error("an answer could not be read")]
    Answer(#[from] axum::Error),
    #[error("the answer to {request} was {status}: {body}")]
    Refused {
        request: &'static str,
        status: StatusCode,
        body: String,
    },
}

/// Writes the demo credits, unless an earlier start has. The last credit is
/// written after all others: if it exists, the fill was complete, and only
/// deletions since can be missing. If it does not exist, missing credits are
/// written. A deleted credit stays deleted as long as its tombstone exists.
pub(super) async fn fill(gateway: &Gateway, key: &str) -> Result<(), SeedError> {
    let seeder = Seeder { gateway, key };
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let mut credits: Vec<_> = demo::credits(today).into_iter().enumerate().collect();
    let Some((last, credit)) = credits.pop() else {
        return Ok(());
    };
    if seeder.has(last).await? {
        return Ok(());
    }
    stream::iter(credits)
        .map(|(position, credit)| seeder.create(position, credit))
        .buffer_unordered(AT_ONCE)
        .try_collect::<()>()
        .await?;
    seeder.create(last, credit).await
}

struct Seeder<'a> {
    gateway: &'a Gateway,
    key: &'a str,
}

impl Seeder<'_> {
    /// Tells whether the credit of this position exists.
    async fn has(&self, position: usize) -> Result<bool, SeedError> {
        let id = demo::id(position)?;
        let request = Request::get(format!("/credits/{TENANT}/{id}?fields=id"));
        let request = request.header(AUTHORIZATION, self.key);
        let response = self
            .gateway
            .answer(request.body(Body::empty())?, SOURCE)
            .await;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(false);
        }
        accepted("a read", response).await.map(|()| true)
    }

    /// Creates a credit. The idempotency key makes its id the same in every run.
    /// A credit that exists, from another day, is left as it is. A deleted credit
    /// is not made again.
    async fn create(&self, position: usize, credit: Value) -> Result<(), SeedError> {
        let request = Request::post(format!("/credits/{TENANT}"))
            .header(AUTHORIZATION, self.key)
            .header(CONTENT_TYPE, "application/json")
            .header("idempotency-key", demo::idempotency_key(position))
            .body(Body::from(credit.to_string()))?;
        let response = self.gateway.answer(request, SOURCE).await;
        match response.status() {
            StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY => Ok(()),
            _ => accepted("a create", response).await,
        }
    }
}

const SOURCE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

async fn accepted(
    request: &'static str,
    response: axum::response::Response,
) -> Result<(), SeedError> {
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let body = to_bytes(response.into_body(), MAX_ANSWER_BYTES).await?;
    Err(SeedError::Refused {
        request,
        status,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}
