//! Request bodies: bounded JSON of the right media type.

use axum::body::{Bytes, HttpBody, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde_json::Value;

use crate::base::error::Error;
use crate::base::json::{self, Object};
use crate::http::problem::HttpError;
use crate::protocol::batch;
use crate::protocol::patch::{LEVELS_ABOVE_VALUES, Patch, Work};

/// The largest body of a request for one record.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;
/// The largest body of a batch.
pub const MAX_BATCH_BYTES: usize = 4 * 1024 * 1024;
/// The media type of a JSON Patch.
pub const JSON_PATCH: &str = "application/json-patch+json";
const JSON: &str = "application/json";

/// A JSON object of at most `LEVELS` levels.
#[derive(Clone, Debug)]
pub struct ApiJson<const LEVELS: usize>(pub Object);

impl<const LEVELS: usize, S: Send + Sync> FromRequest<S> for ApiJson<LEVELS> {
    type Rejection = HttpError;

    async fn from_request(request: Request, _: &S) -> Result<Self, HttpError> {
        let document = read(request, &[JSON], LEVELS).await?;
        Ok(Self(json::members(document)?))
    }
}

/// A JSON object as [`ApiJson`], or an empty body without a media type, which is an empty object.
#[derive(Clone, Debug)]
pub struct OptionalApiJson<const LEVELS: usize>(pub Object);

impl<const LEVELS: usize, S: Send + Sync> FromRequest<S> for OptionalApiJson<LEVELS> {
    type Rejection = HttpError;

    async fn from_request(request: Request, state: &S) -> Result<Self, HttpError> {
        if request.body().is_end_stream() {
            return Ok(Self(Object::new()));
        }
        let ApiJson(object) = ApiJson::<LEVELS>::from_request(request, state).await?;
        Ok(Self(object))
    }
}

/// A JSON Patch for a record of at most `LEVELS` levels.
#[derive(Clone, Debug)]
pub struct ApiPatch<const LEVELS: usize>(pub Patch);

impl<const LEVELS: usize, S: Send + Sync> FromRequest<S> for ApiPatch<LEVELS> {
    type Rejection = HttpError;

    async fn from_request(request: Request, _: &S) -> Result<Self, HttpError> {
        let document = read(request, &[JSON_PATCH, JSON], LEVELS + LEVELS_ABOVE_VALUES).await?;
        Ok(Self(Patch::parse(document, Work::of_one_patch())?))
    }
}

/// The operations of a batch, for records of at most `LEVELS` levels.
#[derive(Debug)]
pub struct BatchBody<const LEVELS: usize>(pub Vec<batch::Entry>);

impl<const LEVELS: usize, S: Send + Sync> FromRequest<S> for BatchBody<LEVELS> {
    type Rejection = HttpError;

    async fn from_request(request: Request, _: &S) -> Result<Self, HttpError> {
        let bytes = bytes(request, &[JSON], MAX_BATCH_BYTES).await?;
        let document = json::read(&bytes, json::MAX_BATCH_VALUES)?;
        Ok(Self(batch::parse(document, LEVELS)?))
    }
}

async fn read(
    request: Request,
    types: &'static [&'static str],
    max_levels: usize,
) -> Result<Value, HttpError> {
    let bytes = bytes(request, types, MAX_BODY_BYTES).await?;
    Ok(json::parse(&bytes, max_levels)?)
}

async fn bytes(
    request: Request,
    types: &'static [&'static str],
    limit_bytes: usize,
) -> Result<Bytes, HttpError> {
    let sent = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = sent
        .and_then(|sent| sent.split(';').next())
        .unwrap_or_default()
        .trim();
    if !types
        .iter()
        .any(|known| known.eq_ignore_ascii_case(essence))
    {
        return Err(HttpError::UnsupportedMediaType(
            types.first().copied().unwrap_or(JSON),
        ));
    }
    let too_large = |_| Error::TooLarge {
        what: "the body",
        limit_bytes,
    };
    Ok(to_bytes(request.into_body(), limit_bytes)
        .await
        .map_err(too_large)?)
}
