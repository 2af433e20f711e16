//! A function's routes. A handler becomes a route only if its parameters say who may call it.
//!
//! ```compile_fail
//! mod list {
//!     #[utoipa::path(get, path = "/credits/{tenantId}")]
//!     pub async fn list_credits(_: axum::extract::State<()>) {}
//! }
//!
//! shared::http::api::Api::new().route(shared::guarded!(list::list_credits));
//! ```
//!
//! With a guard among its parameters it does:
//!
//! ```
//! mod list {
//!     use shared::http::caller::Reader;
//!
//!     #[utoipa::path(get, path = "/credits/{tenantId}")]
//!     pub async fn list_credits(_: axum::extract::State<()>, _: Reader) {}
//! }
//!
//! shared::http::api::Api::new().route(shared::guarded!(list::list_credits));
//! ```

use std::collections::HashMap;

use axum::Router;
use axum::extract::State;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter};
use utoipa::OpenApi;
use utoipa::openapi::path::Paths;
use utoipa::openapi::{OpenApi as Document, RefOr, Schema};
use utoipa_axum::PathItemExt;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::caller::{Reader, Writer};
use crate::http::openapi;

/// The routes of a function.
pub struct Api<S>(Vec<Route<S>>);

/// One route: how it is called, and what the document says of it. That is made only when it is asked
/// for, since making it takes as long as the rest of a function's start.
pub struct Route<S> {
    operation: &'static str,
    path: String,
    methods: Vec<MethodFilter>,
    handler: MethodRouter<S>,
    describe: fn() -> Description<S>,
}

/// What utoipa makes of a handler.
pub type Description<S> = (Vec<(String, RefOr<Schema>)>, Paths, MethodRouter<S>);

/// The routes over their state, guarded each, and what they are called.
#[derive(Debug)]
pub struct GuardedRouter {
    pub(crate) router: Router,
    pub(crate) operations: Operations,
}

/// The operations of a function, by path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Operations(HashMap<String, Vec<(MethodFilter, &'static str)>>);

/// A handler whose first parameter after the state is a [`Reader`] or a [`Writer`].
pub trait Guarded<Parameters> {}

macro_rules! guarded_handlers {
    ($guard:ident: $($more:ident)*) => {
        impl<S, F, A, $($more),*> Guarded<(S, $guard, $($more,)*)> for F
        where
            F: Fn(State<S>, $guard, $($more),*) -> A,
        {
        }
    };
    ($($more:ident)*) => {
        guarded_handlers!(Reader: $($more)*);
        guarded_handlers!(Writer: $($more)*);
    };
}

guarded_handlers!();
guarded_handlers!(B);
guarded_handlers!(B C);
guarded_handlers!(B C D);
guarded_handlers!(B C D E);
guarded_handlers!(B C D E G);

/// The route of a handler with an `#[utoipa::path]`, given as `module::handler`; the operation has the
/// handler's name. A handler without a guard does not compile.
#[macro_export]
macro_rules! guarded {
    ($module:ident :: $handler:ident) => {
        ::utoipa_axum::paste! {
            $crate::http::api::Route::guarded::<$module::[<__path_ $handler>], _>(
                $crate::http::api::Guard::of(&$module::$handler),
                stringify!($handler),
                $module::$handler,
                || ::utoipa_axum::routes!($module::$handler),
            )
        }
    };
}

/// The proof that a handler is guarded.
#[derive(Clone, Copy, Debug)]
pub struct Guard(());

impl Guard {
    /// Of a handler.
    pub fn of<P>(_: &impl Guarded<P>) -> Self {
        Self(())
    }
}

impl<S: Clone + Send + Sync + 'static> Route<S> {
    /// For [`guarded!`](crate::guarded) alone.
    pub fn guarded<P: utoipa::Path, T: 'static>(
        _: Guard,
        operation: &'static str,
        handler: impl Handler<T, S>,
        describe: fn() -> Description<S>,
    ) -> Self {
        Self::new::<P, T>(operation, handler, describe)
    }

    fn new<P: utoipa::Path, T: 'static>(
        operation: &'static str,
        handler: impl Handler<T, S>,
        describe: fn() -> Description<S>,
    ) -> Self {
        let methods: Vec<_> = P::methods()
            .iter()
            .map(PathItemExt::to_method_filter)
            .collect();
        let routed = methods.iter().fold(MethodRouter::new(), |routed, method| {
            routed.on(*method, handler.clone())
        });
        Self {
            operation,
            path: P::path(),
            methods,
            handler: routed,
            describe,
        }
    }
}

impl<S: Clone + Send + Sync + 'static> Api<S> {
    /// The route that every function has: the document, the one that needs no key.
    #[expect(
        clippy::new_without_default,
        reason = "an API is never made by accident"
    )]
    pub fn new() -> Self {
        Self(vec![Route::new::<openapi::__path_get_openapi, _>(
            "get_openapi",
            openapi::get_openapi,
            || routes!(openapi::get_openapi),
        )])
    }

    /// Adds a route.
    #[must_use]
    pub fn route(mut self, route: Route<S>) -> Self {
        self.0.push(route);
        self
    }

    /// The routes over their state.
    pub fn with_state(self, state: S) -> GuardedRouter {
        let mut router = Router::new();
        let mut operations = Operations::default();
        for route in self.0 {
            operations.add(&route);
            router = router.route(&route.path, route.handler);
        }
        GuardedRouter {
            router: router.with_state(state),
            operations,
        }
    }

    /// What the routes say of themselves.
    pub fn document(&self) -> Document {
        let base = OpenApiRouter::with_openapi(openapi::Base::openapi());
        let described = self.0.iter().map(|route| (route.describe)());
        described.fold(base, OpenApiRouter::routes).into_openapi()
    }

    /// What they are called.
    pub fn operations(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|route| route.operation)
    }
}

impl Operations {
    fn add<S>(&mut self, route: &Route<S>) {
        let named = route
            .methods
            .iter()
            .map(|method| (*method, route.operation));
        let of_path = self.0.entry(route.path.clone()).or_default();
        of_path.extend(named);
    }

    /// The operation of a route, if there is one.
    pub(crate) fn name(&self, method: &Method, path: &str) -> Option<&'static str> {
        let method = MethodFilter::try_from(method.clone()).ok()?;
        let mut operations = self.0.get(path)?.iter();
        let found = operations.find(|(own, _)| *own == method);
        found.map(|(_, name)| *name)
    }
}
