//! A token may name a tenant that nobody has registered: an accepted request registers it, so that
//! those who go through all tenants see it.
//!
//! The answer is there before: nothing that becomes of a registration can change or undo it, and it
//! is held back for no longer than [`MAX_WAIT`]. What is missed is made up for by the next request of
//! the tenant in any process, a read too. So a tenant with records is missing only until somebody
//! asks for them.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::base::error::Error;
use crate::http::caller::Caller;
use crate::http::deadline::TimeLeft;
use crate::model::id::TenantId;
use crate::model::principal::CredentialKind;
use crate::model::tenant::TenantSettings;
use crate::repository::Table;
use crate::runtime::invocation::Invocation;

/// The longest that an answer waits for a registration: many times what one takes.
const MAX_WAIT: Duration = Duration::from_millis(300);

/// Registers tenants, each at most once for as long as it lives.
#[derive(Clone, Debug)]
pub(crate) struct Registrar {
    table: Table,
    known: Arc<Mutex<HashSet<TenantId>>>,
}

/// Where a request notes that it is for a tenant that may not be registered.
#[derive(Clone, Debug, Default)]
pub(crate) struct PendingRegistration(Arc<OnceLock<TenantId>>);

impl PendingRegistration {
    /// Notes the caller's tenant. Keys belong to registered tenants already.
    pub(crate) fn note(&self, caller: &Caller) {
        if caller.proof() == CredentialKind::Token {
            // Set already: by the same request, so for the same tenant.
            self.0.set(caller.tenant.clone()).ok();
        }
    }
}

impl Registrar {
    pub(crate) fn new(table: Table) -> Self {
        Self {
            table,
            known: Arc::default(),
        }
    }

    async fn register(&self, tenant: &TenantId) -> Result<(), Error> {
        let settings = TenantSettings::default();
        self.table.register_tenant(tenant, &settings).await?;
        self.known().insert(tenant.clone());
        Ok(())
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashSet<TenantId>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Registers the tenant of a request by token that was accepted: a refused one leaves nothing.
pub(crate) async fn register_tenant(
    State(registrar): State<Registrar>,
    TimeLeft(deadline): TimeLeft,
    mut request: Request,
    next: Next,
) -> Response {
    let pending = PendingRegistration::default();
    request.extensions_mut().insert(pending.clone());
    let response = next.run(request).await;
    let tenant = pending.0.get().filter(|_| response.status().is_success());
    if let Some(tenant) = tenant.filter(|tenant| !registrar.known().contains(*tenant)) {
        // Boxed, so that the requests that register nobody do not carry its state.
        let registration = Box::pin(registrar.register(tenant));
        let registration = tokio::time::timeout(MAX_WAIT, registration);
        match deadline.meet(registration).await {
            Some(Ok(Ok(()))) => {}
            Some(Ok(Err(error))) => tell(tenant, error.code()),
            Some(Err(_)) | None => tell(tenant, "too-slow"),
        }
    }
    response
}

fn tell(tenant: &TenantId, code: &str) {
    tracing::warn!(
        request_id = Invocation::current_id(),
        tenant = %tenant,
        code,
        "a tenant was not registered; its next request tries again"
    );
}
