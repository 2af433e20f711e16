//! Notes on who sends a request, for the layers around its handler.

use std::sync::{Arc, OnceLock};

use crate::model::id::TenantId;
use crate::model::principal::{CredentialKind, Principal};

/// Who sends a request. The outermost layer puts an empty one into the request, the extractor fills
/// it, and the layers read it when the response comes back. Clones share the notes.
#[derive(Clone, Debug, Default)]
pub(crate) struct SenderContext(Arc<Notes>);

#[derive(Debug, Default)]
struct Notes {
    principal: OnceLock<(String, CredentialKind)>,
    tenant: OnceLock<TenantId>,
}

impl SenderContext {
    /// Notes the principal. A second note of the same request is ignored: it has the same
    /// principal.
    pub(crate) fn set_principal(&self, principal: &Principal) {
        let noted = (principal.id.clone(), principal.proof);
        self.0.principal.set(noted).ok();
    }

    /// Notes the tenant of the path, which is one of the principal's.
    pub(crate) fn set_tenant(&self, tenant: &TenantId) {
        self.0.tenant.set(tenant.clone()).ok();
    }

    /// The id of the principal, once it is known.
    pub(crate) fn principal_id(&self) -> Option<&str> {
        self.0.principal.get().map(|(id, _)| id.as_str())
    }

    /// How the principal was recognised.
    pub(crate) fn proof(&self) -> Option<CredentialKind> {
        self.0.principal.get().map(|(_, proof)| *proof)
    }

    /// The tenant of the path, once it is known to be the principal's.
    pub(crate) fn tenant(&self) -> Option<&TenantId> {
        self.0.tenant.get()
    }
}
