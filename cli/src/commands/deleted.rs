//! `certs deleted`: lists and restores the records deleted in the last 30 days.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Map, Value, json};
use shared::base::error::Error;
use shared::model::credit::Credit;
use shared::model::id::TenantId;
use shared::model::rule_set::ExpirationRuleSet;
use shared::repository::{DeletedRecord, Entity, Table};

use super::CommandError;
use super::output::{Output, members};

/// List and restore deleted records
#[derive(Debug, Subcommand)]
pub(super) enum Deleted {
    /// List the deleted records that can be restored
    List(Which),
    /// Bring a record back as it was
    Restore {
        #[command(flatten)]
        which: Which,
        /// The record's id
        id: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct Which {
    /// The tenant
    #[arg(long)]
    tenant: TenantId,
    /// Which records
    #[arg(long, value_enum, default_value_t = Kind::Credits)]
    kind: Kind,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Credits,
    ExpirationRuleSets,
}

impl Deleted {
    pub(super) async fn run(&self, table: &Table) -> Result<Output, CommandError> {
        match self {
            Self::List(which) => {
                let deleted = which.list(table).await?;
                let described = deleted.iter().map(description).collect();
                Ok(Output::list("deleted", described))
            }
            Self::Restore { which, id } => {
                let restored = which.restore(table, id).await;
                let version = restored.map_err(|error| which.unknown(error, id))?;
                Ok(Output::one(members(json!({
                    "id": id,
                    "tenant": which.tenant,
                    "sys_version": version,
                }))))
            }
        }
    }
}

impl Which {
    async fn list(&self, table: &Table) -> Result<Vec<DeletedRecord>, Error> {
        match self.kind {
            Kind::Credits => list::<Credit>(table, &self.tenant).await,
            Kind::ExpirationRuleSets => list::<ExpirationRuleSet>(table, &self.tenant).await,
        }
    }

    async fn restore(&self, table: &Table, id: &str) -> Result<u64, Error> {
        match self.kind {
            Kind::Credits => restore::<Credit>(table, &self.tenant, id).await,
            Kind::ExpirationRuleSets => restore::<ExpirationRuleSet>(table, &self.tenant, id).await,
        }
    }

    fn unknown(&self, error: Error, id: &str) -> CommandError {
        match error {
            Error::NotFound => CommandError::NothingDeleted {
                id: id.to_owned(),
                tenant: self.tenant.clone(),
            },
            other => other.into(),
        }
    }
}

async fn list<E: Entity>(table: &Table, tenant: &TenantId) -> Result<Vec<DeletedRecord>, Error> {
    table.collection::<E>(tenant).deleted().await
}

async fn restore<E: Entity>(table: &Table, tenant: &TenantId, id: &str) -> Result<u64, Error> {
    table.collection::<E>(tenant).restore(id).await
}

fn description(record: &DeletedRecord) -> Map<String, Value> {
    members(json!({
        "id": record.id,
        "deleted_at": record.deleted_at,
        "deleted_by": record.deleted_by,
        "recoverable_until": record.recoverable_until,
    }))
}
