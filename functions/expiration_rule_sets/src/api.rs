//! The routes, and with them the OpenAPI document: both come from the same lines.

use shared::guarded;
use shared::http::api::Api;

use crate::handlers::{batch, create, delete, evaluate, get, list, patch, replace};
use crate::state::State;

/// Every route of this function; `Api` brings that of the document.
pub fn api() -> Api<State> {
    Api::new()
        .routes(guarded!(create::create_rule_set, list::list_rule_sets))
        .routes(guarded!(
            get::get_rule_set,
            replace::replace_rule_set,
            patch::patch_rule_set,
            delete::delete_rule_set
        ))
        .routes(guarded!(batch::batch_rule_sets))
        .routes(guarded!(evaluate::evaluate_rule_set))
}
