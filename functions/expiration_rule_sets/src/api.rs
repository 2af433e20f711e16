//! The routes and the OpenAPI document: both come from the same lines.

use shared::http::api::Api;
use shared::route;

use crate::handlers::{batch, create, delete, evaluate, get, list, patch, replace};

/// Every route of this function. `Api` adds the route of the document.
pub fn api() -> Api {
    Api::new()
        .route(route!(create::create_rule_set))
        .route(route!(list::list_rule_sets))
        .route(route!(get::get_rule_set))
        .route(route!(replace::replace_rule_set))
        .route(route!(patch::patch_rule_set))
        .route(route!(delete::delete_rule_set))
        .route(route!(batch::batch_rule_sets))
        .route(route!(evaluate::evaluate_rule_set))
}
