//! The command line. The options that all commands share are here, and each
//! command has its own file.

mod announcement;
mod deleted;
mod failure;
mod keys;
mod output;
mod place;
mod progress;
mod serve;
mod smoke;
mod sweep;
mod tenants;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use shared::base::error::Error as ServiceError;
use shared::model::id::{ApiKeyId, TenantId};
use tracing_subscriber::EnvFilter;

use crate::account::{AccountError, StackError};
use crate::keys::KeyError;
use place::{Place, PlaceOptions};
use serve::ServeError;

/// The embedded store warns about every refusal, also about a failed condition,
/// which is normal for the functions. The SDK warns, in words for programmers,
/// about failures that the command then explains itself.
const DEFAULT_LOG: &str = "warn,dynoxide=error,aws=off";

/// Runs and operates the certifications API.
#[derive(Debug, Parser)]
#[command(name = "certs", version)]
struct Cli {
    #[command(flatten)]
    place: PlaceOptions,
    /// Answer one JSON object on standard output
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    #[command(flatten)]
    Operate(Operation),
}

/// The commands for a table that exists.
#[derive(Debug, Subcommand)]
enum Operation {
    #[command(subcommand)]
    Tenants(tenants::Tenants),
    #[command(subcommand)]
    Keys(keys::Keys),
    #[command(subcommand)]
    Deleted(deleted::Deleted),
    Sweep(sweep::SweepTenants),
    Smoke(smoke::Smoke),
}

/// Why a command did nothing, or only a part.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error(transparent)]
    Serve(#[from] ServeError),
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Stack(#[from] StackError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Service(#[from] ServiceError),
    #[error("the tenant `{0}` is not registered: `certs tenants add {0}` registers it")]
    UnknownTenant(TenantId),
    #[error("the tenant `{0}` is not registered, and nothing is left of it to remove")]
    NothingToRemove(TenantId),
    #[error("there is no key `{0}`: `certs keys list --tenant T` lists a tenant's keys")]
    UnknownKey(ApiKeyId),
    #[error(
        "nothing that was deleted has the id `{id}`: `certs deleted list --tenant {tenant}` lists the \
         credits that can be restored, with `--kind expiration-rule-sets` the rule sets"
    )]
    NothingDeleted { id: String, tenant: TenantId },
    #[error("the tenant `{0}` is registered already: `certs tenants set {0}` changes its settings")]
    KnownTenant(TenantId),
    #[error(
        "the tenant `{tenant}` still has {holdings}, deleted ones included: `certs tenants remove \
         {tenant} --purge` deletes them too, for good"
    )]
    TenantHasRecords { tenant: TenantId, holdings: String },
    #[error(
        "the tenant `{tenant}` is removed, but somebody has written {holdings} meanwhile: `certs tenants \
         remove {tenant} --purge` deletes them"
    )]
    WrittenMeanwhile { tenant: TenantId, holdings: String },
    #[error("{0}")]
    Incomplete(String),
    #[error("standard output is closed")]
    Output(#[from] std::io::Error),
}

/// Runs the command line of this process, and writes the cause of a failure to
/// standard error.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    if let Err(refusal) = cli.check() {
        refusal.exit();
    }
    log_warnings();
    match perform(&cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("certs: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the command, or returns the reason why it failed.
async fn perform(cli: &Cli) -> Result<(), String> {
    match &cli.command {
        Command::Serve(options) => {
            let served = serve::run(&cli.place, options, cli.json).await;
            let at = cli.place.of_serve();
            served.map_err(|error| failure::explained(&error.into(), Some(&at)))
        }
        Command::Operate(operation) => {
            let place = cli.place.find().await;
            let place = place.map_err(|error| failure::explained(&error, None))?;
            let done = operation.run(&place, cli.json).await;
            done.map_err(|error| failure::explained(&error, Some(&place.whereabouts)))
        }
    }
}

impl Cli {
    /// Refuses options that exclude each other, before the command starts.
    fn check(&self) -> Result<(), clap::Error> {
        self.place.check()?;
        match &self.command {
            Command::Operate(Operation::Smoke(smoke)) => smoke.check(&self.place),
            _ => Ok(()),
        }
    }
}

impl Operation {
    async fn run(&self, place: &Place, as_json: bool) -> Result<(), CommandError> {
        let table = &place.table;
        let output = match self {
            Self::Tenants(command) => command.run(table).await?,
            Self::Keys(command) => command.run(table).await?,
            Self::Deleted(command) => command.run(table).await?,
            Self::Sweep(command) => command.run(table.clone()).await?,
            Self::Smoke(command) => command.run(place).await?,
        };
        output.print(as_json)?;
        match output.failure {
            Some(failure) => Err(CommandError::Incomplete(failure)),
            None => Ok(()),
        }
    }
}

/// Logs warnings, or what `RUST_LOG` asks for, to standard error: standard
/// output is for the command's answer.
fn log_warnings() {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_unset| EnvFilter::new(DEFAULT_LOG));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_options_of_all_commands_go_before_and_after_the_command() {
        for line in [
            ["certs", "--table", "t", "serve"],
            ["certs", "serve", "--table", "t"],
        ] {
            assert_eq!(Cli::parse_from(line).place.table_name(), "t");
        }
    }
}
