//! `certs tenants`: registers and removes tenants, and changes their settings.

mod remove;

use clap::{Args, Subcommand};
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};
use shared::model::id::{RuleSetId, TenantId};
use shared::model::tenant::TenantSettings;
use shared::repository::Table;

use super::CommandError;
use super::output::{Output, members};
pub(super) use remove::Remove;

/// Register and remove tenants, and change their settings
#[derive(Debug, Subcommand)]
pub(super) enum Tenants {
    /// Register a tenant
    Add(Change),
    /// List all registered tenants
    List,
    /// Show a tenant's settings
    Show {
        /// The tenant
        tenant: TenantId,
    },
    /// Change a registered tenant's settings; others keep their values
    Set(Set),
    Remove(Remove),
}

#[derive(Debug, Args)]
pub(super) struct Change {
    /// The tenant
    tenant: TenantId,
    /// The time zone that decides which day is "today", such as `Europe/Berlin`
    #[arg(long, value_name = "ZONE", value_parser = time_zone)]
    time_zone: Option<String>,
    /// The rule set for credits that name none
    #[arg(long, value_name = "ID")]
    default_rule_set: Option<RuleSetId>,
}

#[derive(Debug, Args)]
pub(super) struct Set {
    #[command(flatten)]
    change: Change,
    /// Unset the time zone: "today" is then the day in UTC
    #[arg(long, conflicts_with = "time_zone")]
    no_time_zone: bool,
    /// Unset the rule set for credits that name none
    #[arg(long, conflicts_with = "default_rule_set")]
    no_default_rule_set: bool,
}

impl Tenants {
    pub(super) async fn run(&self, table: &Table) -> Result<Output, CommandError> {
        match self {
            Self::Add(change) => change.add(table).await,
            Self::List => list(table).await,
            Self::Show { tenant } => {
                let settings = registered(table, tenant).await?;
                Ok(Output::one(description(tenant, &settings)))
            }
            Self::Set(set) => set.run(table).await,
            Self::Remove(remove) => remove.run(table).await,
        }
    }
}

impl Change {
    async fn add(&self, table: &Table) -> Result<Output, CommandError> {
        let settings = self.over(TenantSettings::default());
        if !table.register_tenant(&self.tenant, &settings).await? {
            return Err(CommandError::KnownTenant(self.tenant.clone()));
        }
        Ok(Output::one(description(&self.tenant, &settings)))
    }

    fn over(&self, settings: TenantSettings) -> TenantSettings {
        let Self {
            time_zone,
            default_rule_set,
            ..
        } = self;
        TenantSettings {
            time_zone: time_zone.clone().or(settings.time_zone),
            default_rule_set_id: default_rule_set.clone().or(settings.default_rule_set_id),
        }
    }
}

impl Set {
    async fn run(&self, table: &Table) -> Result<Output, CommandError> {
        let tenant = &self.change.tenant;
        let read = registered(table, tenant).await?;
        let settings = self.over(read.clone());
        table
            .replace_tenant_settings(tenant, &read, &settings)
            .await?;
        Ok(Output::one(description(tenant, &settings)))
    }

    fn over(&self, settings: TenantSettings) -> TenantSettings {
        let changed = self.change.over(settings);
        TenantSettings {
            time_zone: changed.time_zone.filter(|_| !self.no_time_zone),
            default_rule_set_id: changed
                .default_rule_set_id
                .filter(|_| !self.no_default_rule_set),
        }
    }
}

async fn list(table: &Table) -> Result<Output, CommandError> {
    let tenants = table.tenants().await?;
    let described = tenants
        .iter()
        .map(|(tenant, settings)| description(tenant, settings));
    Ok(Output::list("tenants", described.collect()))
}

async fn registered(table: &Table, tenant: &TenantId) -> Result<TenantSettings, CommandError> {
    let settings = table.registered_tenant(tenant).await?;
    settings.ok_or_else(|| CommandError::UnknownTenant(tenant.clone()))
}

fn description(tenant: &TenantId, settings: &TenantSettings) -> Map<String, Value> {
    members(json!({
        "tenant": tenant,
        "time_zone": settings.time_zone,
        "default_rule_set_id": settings.default_rule_set_id,
    }))
}

/// Parses the name of a zone, and returns it as the tz database spells it.
fn time_zone(text: &str) -> Result<String, String> {
    let zone = TimeZone::get(text).ok();
    let name = zone.as_ref().and_then(TimeZone::iana_name);
    let unknown = || "is not in the tz database; write a name such as `Europe/Berlin`".to_owned();
    name.map(str::to_owned).ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_zone_has_to_be_in_the_database() {
        assert_eq!(time_zone("europe/berlin").as_deref(), Ok("Europe/Berlin"));
        for bad in ["Europe/Bern-Mitte", "", "+02:00", "CEST5"] {
            assert!(time_zone(bad).is_err(), "{bad}");
        }
    }
}
