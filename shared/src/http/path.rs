//! The path of a request. Here it leads to the route that API Gateway chose, and its values are
//! parsed before they can enter a key.

use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{Extensions, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::base::error::{Error, InvalidCode};
use crate::base::json::{self, Object};
use crate::http::operations::Operations;

/// API Gateway's name of the route that takes every other request.
const DEFAULT_ROUTE: &str = "$default";

/// Refuses a request whose path leads to another route here than in API Gateway.
///
/// API Gateway finds the route by the path as it was sent, and passes the path on decoded. So
/// `/credits/t%2Fbatch` leads to the credits of one tenant there, and would lead to a batch here.
/// Of `/contact/a%23b` the end would be lost, since lambda_http makes a URL of the path again.
pub(crate) async fn keep_route(
    State(operations): State<Arc<Operations>>,
    request: Request,
    next: Next,
) -> Response {
    if is_same_route(&operations, &request) {
        next.run(request).await
    } else {
        foreign_path().into_response()
    }
}

fn is_same_route(operations: &Operations, request: &Request) -> bool {
    let Some(RequestContext::ApiGatewayV2(context)) = request.extensions().request_context_ref()
    else {
        return false;
    };
    let there = context.route_key.as_deref().unwrap_or_default();
    let (method, path) = (request.method(), request.extensions().get::<MatchedPath>());
    match path.map(MatchedPath::as_str) {
        Some(path) if operations.name(method, path).is_some() => {
            there.split_once(' ') == Some((method.as_str(), path))
        }
        // Such as GET of `/search`: the route of one credit there, a 405 here.
        Some(_) | None => {
            there == DEFAULT_ROUTE
                || (has_survived(request.uri(), request.extensions())
                    && fits(there, request.uri().path()))
        }
    }
}

fn fits(route: &str, path: &str) -> bool {
    let pattern = route.split_once(' ').map_or("", |(_, pattern)| pattern);
    let (own, given) = (pattern.split('/'), path.split('/'));
    own.clone().count() == given.clone().count()
        && own
            .zip(given)
            .all(|(own, given)| own.starts_with('{') || own == given)
}

/// Passes a path that is still what API Gateway passed on.
///
/// # Errors
/// `invalid-request`.
pub(crate) fn check_survival(uri: &Uri, extensions: &Extensions) -> Result<(), Error> {
    match has_survived(uri, extensions) {
        true => Ok(()),
        false => Err(foreign_path()),
    }
}

// lambda_http makes a URL of the path: `a#b` becomes `a`, `a%41` becomes `aA`, and dot segments
// collapse.
fn has_survived(uri: &Uri, extensions: &Extensions) -> bool {
    let path = percent_decode_str(uri.path()).decode_utf8();
    path.is_ok_and(|path| path == extensions.raw_http_path())
}

fn foreign_path() -> Error {
    Error::invalid_request(
        "the path holds what no id may have: one of / ? # % \\, a control character, dots alone, or \
         a blank at its end; or it encodes what must be sent as it is",
    )
}

/// The values of a route's path, as the fields of `T`.
#[derive(Clone, Debug)]
pub struct ApiPath<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for ApiPath<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::invalid_request("the path is not valid UTF-8"))?;
        let values: Object = params
            .iter()
            .map(|(name, value)| (name.to_owned(), Value::from(value)))
            .collect();
        json::decode(values).map(Self).map_err(|violation| {
            let name = violation.pointer.trim_start_matches('/');
            let detail = format!("`{name}` in the path {}", violation.message);
            Error::invalid(InvalidCode::InvalidRequest, detail, vec![violation])
        })
    }
}
