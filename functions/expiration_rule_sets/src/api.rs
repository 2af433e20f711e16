//! The routes, and with them the OpenAPI document: both come from the same lines.

use shared::guarded;
use shared::http::api::Api;

use crate::handlers::{batch, create, delete, evaluate, get, list, patch, replace};
use crate::state::State;

/// Every route of this function; `Api` brings that of the document.
pub fn api() -> Api<State> {
    Api::new()
        .route(guarded!(create::create_rule_set))
        .route(guarded!(list::list_rule_sets))
        .route(guarded!(get::get_rule_set))
        .route(guarded!(replace::replace_rule_set))
        .route(guarded!(patch::patch_rule_set))
        .route(guarded!(delete::delete_rule_set))
        .route(guarded!(batch::batch_rule_sets))
        .route(guarded!(evaluate::evaluate_rule_set))
}
