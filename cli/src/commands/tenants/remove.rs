//! `certs tenants remove`: removes a tenant, its keys and its records.

use clap::Args;
use serde_json::{Map, Value};
use shared::model::id::TenantId;
use shared::repository::{Holding, Table};

use crate::commands::output::Output;
use crate::commands::{CommandError, progress};

const NOTE: &str = "
On AWS a key may count for one more minute. Repeat this with `--purge` after that: it deletes what was
written meanwhile, or says that the tenant is not registered. The next accepted request by a token that
names the tenant registers it again: have the issuer stop that first.";

/// Remove a tenant: its keys stop at once, on AWS within a minute. Repeat an
/// interrupted removal to complete it
#[derive(Debug, Args)]
pub(in crate::commands) struct Remove {
    /// The tenant
    tenant: TenantId,
    /// Delete all its records too: they cannot be restored
    #[arg(long)]
    purge: bool,
}

impl Remove {
    /// Makes a removal that deletes the records too.
    pub(in crate::commands) fn with_purge(tenant: TenantId) -> Self {
        Self {
            tenant,
            purge: true,
        }
    }

    /// Removes the tenant. Refuses while it has records, unless `--purge` is given.
    pub(in crate::commands) async fn run(&self, table: &Table) -> Result<Output, CommandError> {
        let tenant = &self.tenant;
        let was_known = table.registered_tenant(tenant).await?.is_some();
        let holdings = table.holdings_of(tenant).await?;
        if !self.purge && !holdings.is_empty() {
            return Err(self.refusal(&holdings));
        }
        let is_registered = table.unregister_tenant(tenant).await? || was_known;
        let mut removed = Map::from_iter([("tenant".to_owned(), tenant.as_str().into())]);
        let keys = table.delete_api_keys_of(tenant).await?;
        removed.insert("keys".to_owned(), keys.into());
        if !is_registered && keys == 0 && holdings.is_empty() {
            return Err(CommandError::NothingToRemove(tenant.clone()));
        }
        if self.purge {
            self.purge(table, &mut removed).await?;
        }
        let left = table.holdings_of(tenant).await?;
        match left.as_slice() {
            [] => Ok(Output::one(removed).with_note(NOTE)),
            left => Err(CommandError::WrittenMeanwhile {
                tenant: tenant.clone(),
                holdings: names(left),
            }),
        }
    }

    async fn purge(
        &self,
        table: &Table,
        removed: &mut Map<String, Value>,
    ) -> Result<(), CommandError> {
        let bar = progress::bar("{spinner} {msg}");
        for holding in Holding::ALL {
            let name = holding.as_str();
            let show = |count| bar.set_message(format!("{count} {name} deleted"));
            let count = table.purge(&self.tenant, holding, show).await?;
            removed.insert(name.replace(' ', "_"), count.into());
        }
        bar.finish_and_clear();
        Ok(())
    }

    fn refusal(&self, holdings: &[Holding]) -> CommandError {
        CommandError::TenantHasRecords {
            tenant: self.tenant.clone(),
            holdings: names(holdings),
        }
    }
}

fn names(holdings: &[Holding]) -> String {
    let names: Vec<_> = holdings.iter().map(|holding| holding.as_str()).collect();
    names.join(", ")
}
