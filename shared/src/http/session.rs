//! Access to one tenant's data, for a caller who was checked.
//!
//! Only [`Reader`] and [`Writer`] open a [`Session`], and only a session opens the table. So a
//! handler cannot forget the check of tenant and scope. A test sends every route a key with too
//! small a scope, so a `Reader` that writes is found.
//!
//! ```
//! use shared::http::session::Reader;
//!
//! async fn guarded(Reader(session): Reader) {
//!     let _ = session.credits();
//! }
//! ```
//!
//! The state of the function does not open the table:
//!
//! ```compile_fail
//! use shared::http::state::AppState;
//!
//! async fn unguarded(axum::extract::State(state): axum::extract::State<AppState>) {
//!     let _ = state.table;
//! }
//! ```

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use jiff::Timestamp;
use uuid::Uuid;

use crate::base::error::Error;
use crate::http::caller::principal;
use crate::http::context::SenderContext;
use crate::http::path::check_survival;
use crate::http::state::AppState;
use crate::model::credit::Credit;
use crate::model::date::CivilDate;
use crate::model::id::TenantId;
use crate::model::principal::{Principal, Scope, SecurityContext, Source};
use crate::model::rule_set::ExpirationRuleSet;
use crate::model::tenant::TenantSettings;
use crate::protocol::idempotency::IdempotencyKey;
use crate::repository::{Collection, Deletion};
use crate::runtime::invocation::Invocation;

/// A caller's access to the tenant of the path.
#[derive(Clone, Debug)]
pub struct Session {
    state: AppState,
    tenant: TenantId,
    principal: Principal,
    request_id: String,
    source: Source,
}

/// The session of a caller who may read.
#[derive(Clone, Debug)]
pub struct Reader(pub Session);

/// The session of a caller who may write.
#[derive(Clone, Debug)]
pub struct Writer(pub Session);

impl Session {
    /// The tenant of the path, which is one of the caller's.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Returns true if the caller may set the lock and the bulk loader's fields.
    pub fn is_admin(&self) -> bool {
        self.principal.may(Scope::Admin)
    }

    /// The same session, with writes that came in by `source` instead of a route for one record.
    #[must_use]
    pub fn with_source(self, source: Source) -> Self {
        Self { source, ..self }
    }

    /// The author of a write, as the record keeps it.
    pub fn author(&self) -> SecurityContext {
        SecurityContext {
            principal_id: self.principal.id.clone(),
            tenant_id: self.tenant.clone(),
            scopes: self.principal.scopes.clone(),
            request_id: self.request_id.clone(),
            source: self.source,
            proof: Some(self.principal.proof),
        }
    }

    /// A deletion by the caller at this moment.
    pub fn deletion(&self) -> Deletion {
        Deletion {
            at: self.now(),
            by: self.principal.id.clone(),
        }
    }

    /// This moment, to the millisecond.
    pub fn now(&self) -> Timestamp {
        self.state.clock.now()
    }

    /// The id of a record that `operation` creates: random, or derived from the key, so that a
    /// repeat gets the same id.
    pub fn new_id(&self, operation: &str, key: Option<&IdempotencyKey>) -> Uuid {
        key.map_or_else(
            || self.state.ids.next(),
            |key| key.derive_id(&self.tenant, operation),
        )
    }

    /// The tenant's credits.
    pub fn credits(&self) -> Collection<'_, Credit> {
        self.state.table.collection(&self.tenant)
    }

    /// The tenant's expiration rule sets.
    pub fn rule_sets(&self) -> Collection<'_, ExpirationRuleSet> {
        self.state.table.collection(&self.tenant)
    }

    /// The tenant's settings.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn settings(&self) -> Result<TenantSettings, Error> {
        self.state.table.tenant_settings(&self.tenant).await
    }

    /// The date in the tenant's time zone.
    ///
    /// # Errors
    /// `unknown-time-zone`, and those of the store.
    pub async fn today(&self) -> Result<CivilDate, Error> {
        let settings = self.settings().await?;
        // A client's 409 does not reach the operator, who has to set another zone. The log does.
        let zone = settings.zone().inspect_err(|error| {
            tracing::error!(
                request_id = self.request_id,
                tenant = %self.tenant,
                code = error.code(),
                detail = %error,
                "today is not known"
            );
        });
        let today = self.state.clock.today(&zone?);
        today.try_into().map_err(Error::internal)
    }

    // Refuses unknown callers first, then other tenants, then missing scopes. No refusal names a
    // tenant.
    async fn open(parts: &mut Parts, state: &AppState, scope: Scope) -> Result<Self, Error> {
        let principal = principal(&parts.extensions).ok_or(Error::Unauthenticated)?;
        let sender = parts.extensions.get::<SenderContext>().cloned();
        let sender = sender.unwrap_or_default();
        sender.set_principal(&principal);
        let tenant = own_tenant(parts, &principal).await?;
        sender.set_tenant(&tenant);
        if !principal.may(scope) {
            return Err(Error::Forbidden);
        }
        // A request must never reach another record than the one it names.
        check_survival(&parts.uri, &parts.extensions)?;
        Ok(Self {
            state: state.clone(),
            tenant,
            principal,
            request_id: Invocation::current_id().unwrap_or_default(),
            source: Source::Api,
        })
    }
}

impl FromRequestParts<AppState> for Reader {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        Session::open(parts, state, Scope::Read).await.map(Self)
    }
}

impl FromRequestParts<AppState> for Writer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        Session::open(parts, state, Scope::Write).await.map(Self)
    }
}

/// The tenant of the path, if it is one of the principal's.
async fn own_tenant(parts: &mut Parts, principal: &Principal) -> Result<TenantId, Error> {
    let params = RawPathParams::from_request_parts(parts, &())
        .await
        .map_err(|_| Error::Forbidden)?;
    let named = params
        .iter()
        .find(|(name, _)| *name == "tenantId")
        .map(|(_, value)| value);
    let mut tenants = principal.tenants.iter();
    let own = tenants.find(|own| Some(own.as_str()) == named);
    own.cloned().ok_or(Error::Forbidden)
}
