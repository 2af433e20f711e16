//! The routes, and with them the OpenAPI document: both come from the same lines.

use shared::guarded;
use shared::http::api::Api;

use crate::handlers::{
    batch, consume, create, delete, expiration, get, list, list_by_parent, patch, release, replace,
    search,
};
use crate::state::State;

/// Every route of this function; `Api` brings that of the document.
pub fn api() -> Api<State> {
    Api::new()
        .route(guarded!(create::create_credit))
        .route(guarded!(list::list_credits))
        .route(guarded!(get::get_credit))
        .route(guarded!(replace::replace_credit))
        .route(guarded!(patch::patch_credit))
        .route(guarded!(delete::delete_credit))
        .route(guarded!(expiration::get_credit_expiration))
        .route(guarded!(batch::batch_credits))
        .route(guarded!(consume::consume_credits))
        .route(guarded!(release::release_credits))
        .route(guarded!(search::search_credits))
        .route(guarded!(list_by_parent::list_credits_by_contact))
        .route(guarded!(list_by_parent::list_credits_by_activity))
        .route(guarded!(
            list_by_parent::list_credits_by_course_registration
        ))
        .route(guarded!(list_by_parent::list_credits_by_event_registration))
}
