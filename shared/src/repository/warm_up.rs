//! The connection to DynamoDB, opened before it is needed.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::repository::store::failure::failure;
use crate::repository::store::item::{PK, SK};
use crate::repository::store::table::Table;
use crate::repository::{api_keys, tenants};

/// A partition that a function may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readable {
    /// The registry of tenants.
    Tenants,
    /// The API keys of all tenants.
    ApiKeys,
}

impl Readable {
    fn partition(self) -> &'static str {
        match self {
            Self::Tenants => tenants::PARTITION,
            Self::ApiKeys => api_keys::PARTITION,
        }
    }
}

impl Table {
    /// Opens the connection, and does what the SDK does once: in a function's start, for which
    /// Lambda lends it a whole processor, and not in its first request. Half a unit, for a key that
    /// nothing can have. A store that does not answer now may answer when it is needed, so that is
    /// only noted.
    pub async fn connect(&self, readable: Readable) {
        let key = |name: &str| AttributeValue::S(name.to_owned());
        let request = self.client.get_item().table_name(&self.name);
        let request = request.key(PK, key(readable.partition())).key(SK, key("#"));
        if let Err(error) = request.send().await.map_err(failure) {
            let causes = error.causes().join(": ");
            tracing::warn!(code = error.code(), causes, "the store did not answer yet");
        }
    }
}
