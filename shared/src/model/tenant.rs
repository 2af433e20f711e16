//! The settings of a tenant.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::base::error::{ConflictCode, Error};
use crate::model::id::RuleSetId;

/// The settings of a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantSettings {
    /// The IANA name of the time zone in which "today" is computed; UTC when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The rule set for credits that are created with neither an expiration date nor a directive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_rule_set_id: Option<RuleSetId>,
}

impl TenantSettings {
    /// Returns the time zone; UTC when none is set.
    ///
    /// # Errors
    /// `unknown-time-zone`, when this binary does not know the zone. A default would be hours off.
    pub fn zone(&self) -> Result<TimeZone, Error> {
        let Some(name) = self.time_zone.as_deref() else {
            return Ok(TimeZone::UTC);
        };
        TimeZone::get(name).map_err(|_| {
            let detail = format!(
                "the service does not know the tenant's time zone `{name}`, so it cannot tell what \
                 day it is there; an operator has to set another"
            );
            Error::conflict(ConflictCode::UnknownTimeZone, detail)
        })
    }
}
