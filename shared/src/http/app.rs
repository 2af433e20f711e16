//! What every function's router has around its routes.

use std::any::Any;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use lambda_http::RequestExt;
use percent_encoding::percent_decode_str;
use tower_http::catch_panic::CatchPanicLayer;

use crate::error::Error;
use crate::http::api::GuardedRouter;
use crate::http::deadline::meet_deadline;
use crate::http::fallback::fallback;
use crate::http::observe::observe;
use crate::http::problem::Failure;
use crate::http::registration::{Registrar, register_tenant};
use crate::repository::Table;

/// Finishes a router: refusals for unknown paths and methods, and the layers, outermost first: the
/// request id with the log line, panics, the deadline, the guard of paths, and around each route
/// the registration of new tenants in `table`.
pub fn finish(routes: GuardedRouter, table: Table) -> Router {
    routes
        .into_inner()
        .layer(from_fn_with_state(Registrar::new(table), register_tenant))
        .fallback(fallback)
        .method_not_allowed_fallback(async || Failure::MethodNotAllowed)
        .layer(from_fn(guard_path))
        .layer(from_fn(meet_deadline))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(observe))
}

// API Gateway hands over a decoded path, of which lambda_http makes a URL: there, `a#b` becomes
// `a`, `a%41` becomes `aA`, and dot segments collapse. A request must never reach another record
// than the one it names, so a path that did not survive unchanged is refused.
async fn guard_path(request: Request, next: Next) -> Response {
    let sent = request.extensions().raw_http_path();
    let is_same = percent_decode_str(request.uri().path())
        .decode_utf8()
        .is_ok_and(|path| path == sent);
    if is_same {
        next.run(request).await
    } else {
        let detail =
            "the path holds a character that no id may have: one of / ? # % \\ or a control";
        Error::invalid_request(detail).into_response()
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
