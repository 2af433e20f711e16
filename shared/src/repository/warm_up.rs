//! Opens the connection to DynamoDB before the first request needs it.

use crate::repository::store::failure::failure;
use crate::repository::store::item::key;
use crate::repository::store::table::Table;
use crate::repository::{api_keys, tenants};

/// The partition that a function reads to warm up: one that its policy lets it read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarmUp {
    /// The registry of tenants.
    Tenants,
    /// The API keys of all tenants.
    ApiKeys,
}

impl WarmUp {
    fn partition(self) -> &'static str {
        match self {
            Self::Tenants => tenants::PARTITION,
            Self::ApiKeys => api_keys::PARTITION,
        }
    }
}

impl Table {
    /// Reads a key that no item can have, for half a capacity unit, so that the connection is open
    /// and the SDK is initialised. Call this in a function's start, for which Lambda lends a whole
    /// processor.
    ///
    /// A failure is only logged: the store may answer when it is needed.
    pub async fn warm_up(&self, warm_up: WarmUp) {
        let request = self.client.get_item().table_name(&self.name);
        let request = request.set_key(Some(key(warm_up.partition(), "#")));
        if let Err(error) = request.send().await.map_err(failure) {
            let causes = error.causes().join(": ");
            tracing::warn!(code = error.code(), causes, "the store did not answer yet");
        }
    }
}
