//! The routes, and with them the OpenAPI document: both come from the same lines.

use shared::http::openapi;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::handlers::{
    batch, consume, create, delete, expiration, get, list, list_by_parent, patch, release, replace,
};
use crate::state::State;

/// Every route of this function.
pub fn api() -> OpenApiRouter<State> {
    OpenApiRouter::with_openapi(openapi::Base::openapi())
        .routes(routes!(openapi::get_openapi))
        .routes(routes!(create::create_credit, list::list_credits))
        .routes(routes!(
            get::get_credit,
            replace::replace_credit,
            patch::patch_credit,
            delete::delete_credit
        ))
        .routes(routes!(expiration::get_credit_expiration))
        .routes(routes!(batch::batch_credits))
        .routes(routes!(consume::consume_credits))
        .routes(routes!(release::release_credits))
        .routes(routes!(list_by_parent::list_credits_by_contact))
        .routes(routes!(list_by_parent::list_credits_by_activity))
        .routes(routes!(list_by_parent::list_credits_by_course_registration))
        .routes(routes!(list_by_parent::list_credits_by_event_registration))
}
