//! The routes, and with them the OpenAPI document: both come from the same lines.

use shared::http::openapi;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::handlers::{batch, create, delete, evaluate, get, list, patch, replace};
use crate::state::State;

/// Every route of this function.
pub fn api() -> OpenApiRouter<State> {
    OpenApiRouter::with_openapi(openapi::Base::openapi())
        .routes(routes!(openapi::get_openapi))
        .routes(routes!(create::create_rule_set, list::list_rule_sets))
        .routes(routes!(
            get::get_rule_set,
            replace::replace_rule_set,
            patch::patch_rule_set,
            delete::delete_rule_set
        ))
        .routes(routes!(batch::batch_rule_sets))
        .routes(routes!(evaluate::evaluate_rule_set))
}
