//! The expiration rule sets endpoint group as a router: a list of routes, and nothing else.

mod api;
mod handlers;
mod schema;
mod state;

pub use api::api;
pub use state::State;

use axum::Router;
use shared::http::app;

/// The function's router over the given state.
pub fn router(state: State) -> Router {
    let table = state.table.clone();
    app::finish(api().with_state(state), table)
}
