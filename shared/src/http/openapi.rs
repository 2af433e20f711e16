//! The OpenAPI document: generated from the routes, kept beside them, answered as it stands.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// The document of all functions together. A test holds it equal to what the routes say, so no
/// function spends its start on making it.
pub const DOCUMENT: &str = include_str!("openapi.json");

/// What the document says beside the routes.
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

/// `GET /openapi.json`: the document. It needs no key.
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
