//! A function's router: its routes, and the layers around them.

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{Method, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use crate::base::error::Error;
use crate::http::api::Api;
use crate::http::fallback::fallback;
use crate::http::function::LongTarget;
use crate::http::observe::{Observer, observe};
use crate::http::path::keep_route;
use crate::http::registration::{Registrar, register_tenant};
use crate::http::state::AppState;
use crate::http::timeout::meet_deadline;

/// The router of a function. Around the routes are refusals of unknown paths and methods, and these
/// layers, outermost first: the request id with the log line, panics, the registration of new
/// tenants (outside of what the deadline can turn into a failure), the deadline, the refusals of a
/// target that is too long and of HEAD, and the comparison with API Gateway's route.
pub fn router(api: Api, state: AppState) -> Router {
    let (routes, operations) = api.into_router();
    let operations = Arc::new(operations);
    let registrar = Registrar::new(state.table.clone());
    let routes: Router = routes.with_state(state);
    routes
        .fallback(fallback)
        .method_not_allowed_fallback(fallback)
        .layer(from_fn_with_state(Arc::clone(&operations), keep_route))
        .layer(from_fn(refuse_head))
        .layer(from_fn(refuse_long_target))
        .layer(from_fn(meet_deadline))
        .layer(from_fn_with_state(registrar, register_tenant))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(Observer::new(operations), observe))
}

// axum answers HEAD where there is a GET. API Gateway has no such routes: a HEAD comes without the
// authorizer's context, and an answer would mislead.
async fn refuse_head(uri: Uri, request: Request, next: Next) -> Response {
    match *request.method() {
        Method::HEAD => fallback(Method::HEAD, uri).await,
        _ => next.run(request).await,
    }
}

async fn refuse_long_target(request: Request, next: Next) -> Response {
    match request.extensions().get::<LongTarget>() {
        Some(mark) => Error::from(*mark).into_response(),
        None => next.run(request).await,
    }
}

fn panicked(payload: Box<dyn Any + Send + 'static>) -> Response {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    let text = text
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Error::internal(format!("panicked: {text}")).into_response()
}
