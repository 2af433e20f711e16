//! A function's routes. A handler becomes a route only if its parameters say who may call it.
//!
//! ```compile_fail
//! use axum::extract::State;
//! use shared::http::api::Api;
//!
//! #[utoipa::path(get, path = "/credits/{tenantId}")]
//! async fn unguarded(_: State<()>) {}
//!
//! let _: Api<()> = Api::new().routes(shared::guarded!(unguarded));
//! ```
//!
//! With a guard among its parameters it does:
//!
//! ```
//! use axum::extract::State;
//! use shared::http::api::Api;
//! use shared::http::caller::Reader;
//!
//! #[utoipa::path(get, path = "/credits/{tenantId}")]
//! async fn guarded(_: State<()>, _: Reader) {}
//!
//! let _: Api<()> = Api::new().routes(shared::guarded!(guarded));
//! ```

use axum::Router;
use axum::extract::State;
use axum::routing::MethodRouter;
use utoipa::OpenApi;
use utoipa::openapi::path::Paths;
use utoipa::openapi::{OpenApi as Document, RefOr, Schema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::caller::{Reader, Writer};
use crate::http::openapi;

/// The routes of a function, with the document that comes of them.
#[derive(Clone)]
pub struct Api<S>(OpenApiRouter<S>);

/// The routes alone, guarded each.
#[derive(Clone, Debug)]
pub struct GuardedRouter<S = ()>(Router<S>);

/// What utoipa makes of the handlers of one path.
pub type Handlers<S> = (Vec<(String, RefOr<Schema>)>, Paths, MethodRouter<S>);

/// Routes of whose handlers each is a [`Guarded`] one. Only [`guarded!`](crate::guarded) makes one.
pub struct GuardedRoutes<S>(Handlers<S>);

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

/// The routes of the handlers of one path, for [`Api::routes`](crate::http::api::Api::routes);
/// takes what utoipa's `routes!` takes. A handler without a guard does not compile.
#[macro_export]
macro_rules! guarded {
    ($($($part:ident)::+),+ $(,)?) => {{
        let guards = ($($crate::http::api::Guard::of(&$($part)::+),)+);
        $crate::http::api::GuardedRoutes::new(guards, ::utoipa_axum::routes!($($($part)::+),+))
    }};
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

/// As many proofs as there are handlers.
pub trait Guards {}

impl Guards for (Guard,) {}
impl Guards for (Guard, Guard) {}
impl Guards for (Guard, Guard, Guard) {}
impl Guards for (Guard, Guard, Guard, Guard) {}

impl<S> GuardedRoutes<S> {
    /// For [`guarded!`](crate::guarded) alone, which brings a guard for each handler.
    pub fn new(_: impl Guards, handlers: Handlers<S>) -> Self {
        Self(handlers)
    }
}

impl<S: Clone + Send + Sync + 'static> Api<S> {
    /// The routes that every function has: the document, the one that needs no key.
    #[expect(
        clippy::new_without_default,
        reason = "an API is never made by accident"
    )]
    pub fn new() -> Self {
        let base = OpenApiRouter::with_openapi(openapi::Base::openapi());
        Self(base.routes(routes!(openapi::get_openapi)))
    }

    /// Adds the routes of one path.
    #[must_use]
    pub fn routes(self, routes: GuardedRoutes<S>) -> Self {
        Self(self.0.routes(routes.0))
    }

    /// The routes, and the document.
    pub fn split_for_parts(self) -> (GuardedRouter<S>, Document) {
        let (router, document) = self.0.split_for_parts();
        (GuardedRouter(router), document)
    }
}

impl<S: Clone + Send + Sync + 'static> GuardedRouter<S> {
    /// The routes over their state.
    pub fn with_state(self, state: S) -> GuardedRouter {
        GuardedRouter(self.0.with_state(state))
    }
}

impl GuardedRouter {
    pub(crate) fn into_inner(self) -> Router {
        self.0
    }
}
