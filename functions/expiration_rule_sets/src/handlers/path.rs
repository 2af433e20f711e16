//! The path values of this function's routes.

use serde::Deserialize;
use shared::model::id::RuleSetId;

/// `/expirationRuleSets/{tenantId}/{id}`
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct RuleSetPath {
    pub(crate) id: RuleSetId,
}
