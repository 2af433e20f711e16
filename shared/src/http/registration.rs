//! The registration of tenants. A token may name a tenant that is not registered. Its first
//! accepted request registers the tenant, so that everything that goes through all tenants sees it.
//!
//! The response is made before: a registration that fails does not change the response, and delays
//! it for at most [`MAX_WAIT`]. After a failure, the tenant's next request in any process tries
//! again, a read too. So a tenant with records is missing only until somebody asks for them.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::base::error::Error;
use crate::http::context::SenderContext;
use crate::http::timeout::TimeLeft;
use crate::model::id::TenantId;
use crate::model::principal::CredentialKind;
use crate::model::tenant::TenantSettings;
use crate::repository::Table;
use crate::runtime::invocation::Invocation;

/// The longest time that a response waits for a registration: many times what a registration takes.
const MAX_WAIT: Duration = Duration::from_millis(300);

/// Registers tenants, and each of them only once in a process.
#[derive(Clone, Debug)]
pub(crate) struct Registrar {
    table: Table,
    known: Arc<Mutex<HashSet<TenantId>>>,
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

/// Registers the tenant of a request by token that was accepted. A refused request registers none.
pub(crate) async fn register_tenant(
    State(registrar): State<Registrar>,
    TimeLeft(deadline): TimeLeft,
    request: Request,
    next: Next,
) -> Response {
    let sender = request.extensions().get::<SenderContext>().cloned();
    let response = next.run(request).await;
    let sender = sender.filter(|_| response.status().is_success());
    let tenant = sender.as_ref().and_then(tenant_of_token);
    if let Some(tenant) = tenant.filter(|tenant| !registrar.known().contains(*tenant)) {
        // Boxed, so that the requests that register no tenant do not carry its state.
        let registration = Box::pin(registrar.register(tenant));
        let registration = tokio::time::timeout(MAX_WAIT, registration);
        match deadline.run(registration).await {
            Some(Ok(Ok(()))) => {}
            Some(Ok(Err(error))) => warn(tenant, error.code()),
            Some(Err(_)) | None => warn(tenant, "too-slow"),
        }
    }
    response
}

// Keys belong to tenants that are registered already.
fn tenant_of_token(sender: &SenderContext) -> Option<&TenantId> {
    sender
        .tenant()
        .filter(|_| sender.proof() == Some(CredentialKind::Token))
}

fn warn(tenant: &TenantId, code: &str) {
    tracing::warn!(
        request_id = Invocation::current_id(),
        tenant = %tenant,
        code,
        "a tenant was not registered; its next request tries again"
    );
}
