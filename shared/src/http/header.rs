//! The request headers that the API reads: `If-Match` and `Idempotency-Key`.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};

use crate::base::error::Error;
use crate::protocol::conditions::{Conditions, IfMatch};
use crate::protocol::idempotency::IdempotencyKey;

/// The header that makes a write repeatable.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The `If-Match` and `Idempotency-Key` headers of a change.
#[derive(Clone, Debug)]
pub struct Conditional(pub Conditions);

impl<S: Sync> FromRequestParts<S> for Conditional {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Ok(Self(Conditions {
            if_match: if_match(&parts.headers)?,
            key: idempotency_key(&parts.headers)?,
        }))
    }
}

/// The `Idempotency-Key` header, if there is one.
#[derive(Clone, Debug)]
pub struct Idempotency(pub Option<IdempotencyKey>);

impl<S: Sync> FromRequestParts<S> for Idempotency {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        idempotency_key(&parts.headers).map(Self)
    }
}

fn if_match(headers: &HeaderMap) -> Result<Option<IfMatch>, Error> {
    let lines = headers.get_all(header::IF_MATCH).iter();
    let lines: Vec<_> = lines
        .map(|line| line.to_str().unwrap_or_default())
        .collect();
    let value = (!lines.is_empty()).then(|| IfMatch::parse(&lines.join(",")));
    value.transpose()
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, Error> {
    let value = single(headers, &IDEMPOTENCY_KEY)?;
    value.map(IdempotencyKey::parse).transpose()
}

fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a [u8]>, Error> {
    let mut lines = headers.get_all(name).iter();
    match (lines.next(), lines.next()) {
        (first, None) => Ok(first.map(|line| line.as_bytes())),
        (_, Some(_)) => Err(Error::invalid_request(format!("send `{name}` once"))),
    }
}
