//! `certs smoke`: the whole life of a tenant against a running API, in half a
//! minute. Everything is removed at the end.

mod api;
mod journal;
mod visit;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory};
use serde_json::json;
use shared::model::id::TenantId;

use super::output::Output;
use super::place::{Place, PlaceOptions, url};
use super::tenants::Remove;
use super::{Cli, CommandError, failure};
use journal::{Failed, Journal};
use visit::Visit;

const NEEDS_ADDRESS: &str =
    "name the API with '--stack', or with '--api' and the options of its table";
const TWO_ADDRESSES: &str = "the argument '--api' cannot be used with '--stack' (or CERTS_STACK), which names the API itself";

/// Try a running API with a throw-away tenant: a key, a rule set, a credit, and a
/// dry sweep of the table by this command. Then remove everything, also when a
/// step failed
#[derive(Debug, Args)]
pub(super) struct Smoke {
    /// Address of the API, such as `http://127.0.0.1:3000`, when no stack is named
    #[arg(long, value_name = "URL", value_parser = url)]
    api: Option<String>,
}

impl Smoke {
    /// Checks that exactly one option gives the address.
    pub(super) fn check(&self, place: &PlaceOptions) -> Result<(), clap::Error> {
        let refuse = |kind, text| Err(Cli::command().error(kind, text));
        match (&self.api, place.has_stack()) {
            (None, false) => refuse(ErrorKind::MissingRequiredArgument, NEEDS_ADDRESS),
            (Some(_), true) => refuse(ErrorKind::ArgumentConflict, TWO_ADDRESSES),
            _ => Ok(()),
        }
    }

    pub(super) async fn run(&self, place: &Place) -> Result<Output, CommandError> {
        let address = self.api.as_ref().or(place.api.as_ref());
        let address = address.map(String::as_str).unwrap_or_default();
        let tenant = throw_away_tenant()?;
        let visit = Visit::new(place, address, &tenant);
        let mut journal = Journal::default();
        let interrupted = tokio::select! {
            // The journal has the failures.
            _visited = visit.run(&mut journal) => false,
            _signal = tokio::signal::ctrl_c() => true,
        };
        if interrupted {
            journal.note_interruption();
        }
        let is_removed = remove(place, &tenant, &mut journal).await.is_ok();
        Ok(output(journal, place, address, &tenant, is_removed))
    }
}

/// Makes a tenant id with 64 random bits, which no real tenant has.
fn throw_away_tenant() -> Result<TenantId, CommandError> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(crate::keys::KeyError::Random)?;
    let name = format!("smoke-{:016x}", u64::from_be_bytes(random));
    Ok(TenantId::try_from(name).map_err(shared::base::error::Error::internal)?)
}

/// Removes the tenant and everything that was made for it.
async fn remove(place: &Place, tenant: &TenantId, journal: &mut Journal) -> Result<(), Failed> {
    let removal = Remove::with_purge(tenant.clone());
    let work = async {
        match removal.run(&place.table).await {
            Ok(removed) => Ok(((), counts(&removed))),
            Err(CommandError::NothingToRemove(_)) => Ok(((), "nothing was there".to_owned())),
            Err(error) => Err(failure::explained(&error, Some(&place.whereabouts))),
        }
    };
    journal.step("remove the tenant", work).await
}

/// Writes the numbers of removed items, such as `keys 1, credits 1`.
fn counts(removed: &Output) -> String {
    let members = removed.json.as_object().into_iter().flatten();
    let counts = members.filter(|(_, count)| count.is_number());
    let counts = counts.map(|(name, count)| format!("{} {count}", name.replace('_', " ")));
    counts.collect::<Vec<_>>().join(", ")
}

fn output(
    journal: Journal,
    place: &Place,
    address: &str,
    tenant: &TenantId,
    is_removed: bool,
) -> Output {
    let mut failure = journal.failure();
    if !is_removed && let Some(failure) = &mut failure {
        failure.push_str(&format!(
            "; `certs tenants remove {tenant} --purge` with the same options removes the rest"
        ));
    }
    Output {
        text: format!("{tenant} at {address}\n{}", journal.text()),
        json: json!({
            "api": address,
            "table": place.whereabouts.table,
            "tenant": tenant,
            "steps": journal.json(),
        }),
        failure,
    }
}
