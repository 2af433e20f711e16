//! Fills the demo tenant through the gateway itself, so that what it holds has
//! gone the way of every request.

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

/// Requests at one time: more only wait for the store.
const AT_ONCE: usize = 8;

/// A refusal is small.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;

#[derive(Debug, thiserror::Error)]
pub(in crate::commands) enum SeedError {
    #[error("no such request can be made")]
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

/// Writes the demo credits, unless that was done. The last one is written when
/// all others are there, so where it is, nothing is missing but what was deleted
/// since. Where it is not, whatever is missing is written, and what was deleted
/// stays deleted for as long as its tombstone is there.
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
    /// Whether the credit of this position is there.
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

    /// The idempotency key makes the ids the same in every run. A credit that is
    /// there already, made on another day, is as good; one that was deleted is
    /// not made again.
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
