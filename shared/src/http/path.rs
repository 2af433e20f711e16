//! Path values, parsed before they can enter a key.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Error, InvalidCode};
use crate::json::{self, Object};

/// The values of a route's path, as the fields of `T`.
#[derive(Clone, Debug)]
pub struct ApiPath<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for ApiPath<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::invalid_request("the path is not valid UTF-8"))?;
        let values: Object = params
            .iter()
            .map(|(name, value)| (name.to_owned(), Value::from(value)))
            .collect();
        json::decode(values).map(Self).map_err(|violation| {
            let name = violation.pointer.trim_start_matches('/');
            let detail = format!("`{name}` in the path {}", violation.message);
            Error::invalid(InvalidCode::InvalidRequest, detail, vec![violation])
        })
    }
}
