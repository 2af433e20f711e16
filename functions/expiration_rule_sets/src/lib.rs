//! The expiration rule sets endpoint group as a router: a list of routes.

mod api;
mod handlers;
mod schema;

pub use api::api;

use axum::Router;
use shared::http::app;
use shared::http::state::AppState;

/// The function's router over the given state.
pub fn router(state: AppState) -> Router {
    app::router(api(), state)
}
