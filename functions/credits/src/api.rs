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
        .routes(guarded!(create::create_credit, list::list_credits))
        .routes(guarded!(
            get::get_credit,
            replace::replace_credit,
            patch::patch_credit,
            delete::delete_credit
        ))
        .routes(guarded!(expiration::get_credit_expiration))
        .routes(guarded!(batch::batch_credits))
        .routes(guarded!(consume::consume_credits))
        .routes(guarded!(release::release_credits))
        .routes(guarded!(search::search_credits))
        .routes(guarded!(list_by_parent::list_credits_by_contact))
        .routes(guarded!(list_by_parent::list_credits_by_activity))
        .routes(guarded!(
            list_by_parent::list_credits_by_course_registration
        ))
        .routes(guarded!(list_by_parent::list_credits_by_event_registration))
}
