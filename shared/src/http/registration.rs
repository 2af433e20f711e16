//! A token may name a tenant that nobody has registered: its first write registers it, so that
//! those who go through all tenants see it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::http::caller::Caller;
use crate::invocation::Invocation;
use crate::model::id::TenantId;
use crate::model::principal::Proof;
use crate::repository::Table;
use crate::repository::tenants::TenantSettings;

/// Registers tenants, each at most once for as long as it lives.
#[derive(Clone, Debug)]
pub(crate) struct Registrar {
    table: Table,
    known: Arc<Mutex<HashSet<TenantId>>>,
}

/// Where a request notes that it writes for a tenant that may not be registered.
#[derive(Clone, Debug, Default)]
pub(crate) struct PendingRegistration(Arc<OnceLock<TenantId>>);

impl PendingRegistration {
    /// Notes the writer's tenant. Keys belong to registered tenants already.
    pub(crate) fn note(&self, writer: &Caller) {
        if writer.proof() == Proof::Token {
            // Set already: by the same request, so for the same tenant.
            self.0.set(writer.tenant.clone()).ok();
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

    // The write is done, so a failure here is only noted: the next write tries again.
    async fn register(&self, tenant: &TenantId) {
        if self.known().contains(tenant) {
            return;
        }
        let settings = TenantSettings::default();
        match self.table.register_tenant(tenant, &settings).await {
            Ok(_) => drop(self.known().insert(tenant.clone())),
            Err(error) => tracing::warn!(
                request_id = Invocation::current_id(),
                code = error.code(),
                "a tenant was not registered"
            ),
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashSet<TenantId>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Registers the tenant of a write by token that was accepted: a refused one leaves nothing.
pub(crate) async fn register_tenant(
    State(registrar): State<Registrar>,
    mut request: Request,
    next: Next,
) -> Response {
    let pending = PendingRegistration::default();
    request.extensions_mut().insert(pending.clone());
    let response = next.run(request).await;
    if let (Some(tenant), true) = (pending.0.get(), response.status().is_success()) {
        registrar.register(tenant).await;
    }
    response
}
