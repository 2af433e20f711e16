//! Errors as `application/problem+json` (RFC 9457).

use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::error::{Error, Violation};

/// The URI of a problem type without its last segment, which is the code.
pub const TYPE_PREFIX: &str = "https://certifications.example/problems/";
/// The media type of every error.
pub const MEDIA_TYPE: &str = "application/problem+json";
/// The time that a client should wait when the store is busy.
const RETRY_AFTER_SECONDS: &str = "1";

/// A problem document.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A stable URI that ends in the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem, for a person.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// This problem, for a person.
    pub detail: String,
    /// The id of the request; quote it when reporting.
    pub instance: String,
    /// Each fault with its place, when the request was not valid.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Violation>,
}

/// An [`Error`] of the service, or an error that only HTTP knows.
#[derive(Debug)]
pub enum HttpError {
    /// An error of the service.
    Error(Error),
    /// There is no such path.
    NoSuchRoute,
    /// The path does not take this method. The `Allow` header names the methods that it takes.
    MethodNotAllowed,
    /// The body does not have the media type that the route reads.
    UnsupportedMediaType(&'static str),
}

impl HttpError {
    /// The HTTP status. No other place turns errors into statuses.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NoSuchRoute => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Error(error) => match error {
                Error::Invalid { .. } => StatusCode::BAD_REQUEST,
                Error::Unauthenticated => StatusCode::UNAUTHORIZED,
                Error::Forbidden => StatusCode::FORBIDDEN,
                Error::NotFound => StatusCode::NOT_FOUND,
                Error::Conflict { .. } => StatusCode::CONFLICT,
                Error::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
                Error::IdempotencyKeyReused { .. } => StatusCode::UNPROCESSABLE_ENTITY,
                Error::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
                Error::Unavailable(_) | Error::OutcomeUnknown(_) => StatusCode::SERVICE_UNAVAILABLE,
                Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            },
        }
    }

    /// The stable word for this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Error(error) => error.code(),
            Self::NoSuchRoute => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::UnsupportedMediaType(_) => "unsupported-media-type",
        }
    }

    /// The document that a client gets.
    pub fn problem(&self, request_id: &str) -> Problem {
        let status = self.status();
        Problem {
            kind: format!("{TYPE_PREFIX}{}", self.code()),
            title: status.canonical_reason().unwrap_or("Failure"),
            status: status.as_u16(),
            detail: self.detail(),
            instance: request_id.to_owned(),
            errors: self.violations(),
        }
    }

    /// The causes, outermost first, for the log alone.
    pub fn causes(&self) -> Vec<String> {
        match self {
            Self::Error(error) => error.causes(),
            Self::NoSuchRoute | Self::MethodNotAllowed | Self::UnsupportedMediaType(_) => {
                Vec::new()
            }
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::Error(error) => error.to_string(),
            Self::NoSuchRoute => "there is no such path".to_owned(),
            Self::MethodNotAllowed => "this path takes other methods; see `Allow`".to_owned(),
            Self::UnsupportedMediaType(wanted) => format!("send the body as `{wanted}`"),
        }
    }

    fn violations(&self) -> Vec<Violation> {
        match self {
            Self::Error(Error::Invalid { violations, .. }) => violations.clone(),
            _ => Vec::new(),
        }
    }
}

impl From<Error> for HttpError {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// The response carries the error along. [`super::observe`] writes the document, since only that
/// layer knows the request's id.
impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        let headers = response.headers_mut();
        match self.status() {
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                let seconds = HeaderValue::from_static(RETRY_AFTER_SECONDS);
                headers.insert(header::RETRY_AFTER, seconds);
            }
            _ => {}
        }
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        HttpError::from(self).into_response()
    }
}
