//! The OpenAPI document: generated from the routes by a test, stored here, and sent as it is.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// The document of all functions together. A test compares the document with the routes, so that a
/// function does not generate it at its start.
pub const DOCUMENT: &str = include_str!("openapi.json");

/// The parts of the document that are not routes.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "Certifications API",
        description = "Credits of continuing education, and the rules by which they expire.",
    ),
    components(schemas(crate::http::problem::Problem)),
    modifiers(&Authorization),
    security(("authorization" = [])),
)]
pub struct Base;

struct Authorization;

impl Modify for Authorization {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let value = ApiKeyValue::with_description(
            "Authorization",
            "An API key, or `Bearer` with an API key or a JWT.",
        );
        if let Some(components) = document.components.as_mut() {
            let scheme = SecurityScheme::ApiKey(ApiKey::Header(value));
            components.add_security_scheme("authorization", scheme);
        }
    }
}

/// `GET /openapi.json`: returns the document. The route needs no key.
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "get_openapi",
    tag = "document",
    security(()),
    responses((status = 200, description = "This document", body = serde_json::Value)),
)]
pub async fn get_openapi() -> Response {
    let media_type = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, media_type)], DOCUMENT).into_response()
}
