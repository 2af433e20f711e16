//! The routes and the OpenAPI document: both come from the same lines.

use shared::http::api::Api;
use shared::route;

use crate::handlers::{
    batch, consume, create, delete, get, get_expiration, list, list_by_parent, patch, release,
    replace, search,
};

/// Every route of this function. `Api` adds the route of the document.
pub fn api() -> Api {
    Api::new()
        .route(route!(create::create_credit))
        .route(route!(list::list_credits))
        .route(route!(get::get_credit))
        .route(route!(replace::replace_credit))
        .route(route!(patch::patch_credit))
        .route(route!(delete::delete_credit))
        .route(route!(get_expiration::get_credit_expiration))
        .route(route!(batch::batch_credits))
        .route(route!(consume::consume_credits))
        .route(route!(release::release_credits))
        .route(route!(search::search_credits))
        .route(route!(list_by_parent::list_credits_by_contact))
        .route(route!(list_by_parent::list_credits_by_activity))
        .route(route!(list_by_parent::list_credits_by_course_registration))
        .route(route!(list_by_parent::list_credits_by_event_registration))
}
