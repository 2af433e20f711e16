//! The registry of tenants and their settings.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::model::id::{RuleSetId, TenantId};
use crate::repository::failure::failure;
use crate::repository::item::{PK, SK};
use crate::repository::table::Table;

const PARTITION: &str = "#tenants";

/// What an association has set for itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantSettings {
    /// The IANA name of the zone whose calendar decides what "today" is; UTC when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The rule set for credits that are created with neither an expiration date nor a directive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_rule_set_id: Option<RuleSetId>,
}

impl TenantSettings {
    /// The zone; UTC when none is set or the set one is not known here.
    pub fn zone(&self) -> TimeZone {
        let named = self
            .time_zone
            .as_deref()
            .and_then(|name| TimeZone::get(name).ok());
        named.unwrap_or(TimeZone::UTC)
    }
}

impl Table {
    /// A tenant's settings; the defaults when it is not registered.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn tenant_settings(&self, tenant: &TenantId) -> Result<TenantSettings, Error> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.name)
            .key(PK, AttributeValue::S(PARTITION.to_owned()))
            .key(SK, AttributeValue::S(tenant.to_string()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(failure)?;
        let settings = answer.item.map(serde_dynamo::from_item).transpose();
        Ok(settings.map_err(Error::internal)?.unwrap_or_default())
    }
}
