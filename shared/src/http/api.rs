//! A function's routes, as a list.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter};
use utoipa::OpenApi;
use utoipa::openapi::path::Paths;
use utoipa::openapi::{OpenApi as Document, RefOr, Schema};
use utoipa_axum::PathItemExt;
use utoipa_axum::router::OpenApiRouter;

use crate::http::openapi;
use crate::http::operations::Operations;
use crate::http::state::AppState;

/// The routes of a function.
#[derive(Debug)]
pub struct Api(Vec<Route>);

/// A route and, made only on demand, its OpenAPI description: making the descriptions at every
/// start would double the time that a start takes.
#[derive(Debug)]
pub struct Route {
    operation: &'static str,
    path: String,
    methods: Vec<MethodFilter>,
    handler: MethodRouter<AppState>,
    describe: fn() -> Description,
}

/// What utoipa makes of a handler.
pub type Description = (Vec<(String, RefOr<Schema>)>, Paths, MethodRouter<AppState>);

/// Makes the [`Route`] of a handler with an `#[utoipa::path]`, given as
/// `module::handler`. The operation has the handler's name.
#[macro_export]
macro_rules! route {
    ($module:ident :: $handler:ident) => {
        ::utoipa_axum::paste! {
            $crate::http::api::Route::new::<$module::[<__path_ $handler>], _>(
                stringify!($handler),
                $module::$handler,
                || ::utoipa_axum::routes!($module::$handler),
            )
        }
    };
}

impl Route {
    /// The route of a handler; [`route!`](crate::route) fills in the parameters.
    pub fn new<P: utoipa::Path, T: 'static>(
        operation: &'static str,
        handler: impl Handler<T, AppState>,
        describe: fn() -> Description,
    ) -> Self {
        let methods: Vec<_> = P::methods()
            .iter()
            .map(PathItemExt::to_method_filter)
            .collect();
        let handler = methods.iter().fold(MethodRouter::new(), |routed, method| {
            routed.on(*method, handler.clone())
        });
        Self {
            operation,
            path: P::path(),
            methods,
            handler,
            describe,
        }
    }
}

impl Api {
    /// The route that every function has: the OpenAPI document. It is the only one that needs no
    /// key.
    #[expect(
        clippy::new_without_default,
        reason = "an API is never made by accident"
    )]
    pub fn new() -> Self {
        Self(vec![crate::route!(openapi::get_openapi)])
    }

    /// Adds a route.
    #[must_use]
    pub fn route(mut self, route: Route) -> Self {
        self.0.push(route);
        self
    }

    /// The routes, and the names of their operations.
    pub(crate) fn into_router(self) -> (Router<AppState>, Operations) {
        let mut operations = Operations::default();
        let router = self.0.into_iter().fold(Router::new(), |router, route| {
            operations.add(&route.path, &route.methods, route.operation);
            router.route(&route.path, route.handler)
        });
        (router, operations)
    }

    /// The OpenAPI document of the routes.
    pub fn document(&self) -> Document {
        let base = OpenApiRouter::with_openapi(openapi::Base::openapi());
        let described = self.0.iter().map(|route| (route.describe)());
        described.fold(base, OpenApiRouter::routes).into_openapi()
    }

    /// The names of the operations.
    pub fn operations(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|route| route.operation)
    }
}
