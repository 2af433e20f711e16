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

/// An answer to one of our own requests is small.
const MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;

#[derive(Debug, thiserror::Error)]
pub(in crate::commands) enum SeedError {
    #[error("no such request can be made")]
    Request(#[from] http::Error),
    #[error("an answer could not be read")]
    Answer(#[from] axum::Error),
    #[error("the answer to {request} was {status}: {body}")]
    Refused {
        request: &'static str,
        status: StatusCode,
        body: String,
    },
}

/// Writes the demo credits, unless the tenant has any.
pub(super) async fn fill(gateway: &Gateway, key: &str) -> Result<(), SeedError> {
    let seeder = Seeder { gateway, key };
    if !seeder.is_empty().await? {
        return Ok(());
    }
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    stream::iter(demo::credits(today).into_iter().enumerate())
        .map(|(position, credit)| seeder.create(position, credit))
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

struct Seeder<'a> {
    gateway: &'a Gateway,
    key: &'a str,
}

impl Seeder<'_> {
    /// A page may be short while there is more, so a cursor counts as data.
    async fn is_empty(&self) -> Result<bool, SeedError> {
        let request = Request::get(format!("/credits/{TENANT}?limit=1"));
        let request = request.header(AUTHORIZATION, self.key);
        let response = self
            .gateway
            .answer(request.body(Body::empty())?, SOURCE)
            .await;
        let has_more = response.headers().contains_key("x-last-evaluated-key");
        let body = accepted("the first list", response).await?;
        Ok(body.trim() == "[]" && !has_more)
    }

    /// The idempotency key makes the ids the same in every run.
    async fn create(&self, position: usize, credit: Value) -> Result<(), SeedError> {
        let request = Request::post(format!("/credits/{TENANT}"))
            .header(AUTHORIZATION, self.key)
            .header(CONTENT_TYPE, "application/json")
            .header("idempotency-key", format!("demo-credit-{position}"))
            .body(Body::from(credit.to_string()))?;
        let response = self.gateway.answer(request, SOURCE).await;
        accepted("a create", response).await.map(drop)
    }
}

const SOURCE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

async fn accepted(
    request: &'static str,
    response: axum::response::Response,
) -> Result<String, SeedError> {
    let status = response.status();
    let body = to_bytes(response.into_body(), MAX_ANSWER_BYTES).await?;
    let body = String::from_utf8_lossy(&body).into_owned();
    if status.is_success() {
        return Ok(body);
    }
    Err(SeedError::Refused {
        request,
        status,
        body,
    })
}
