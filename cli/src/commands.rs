//! What a user can type: the options shared by all commands here, each command
//! in a file of its own.

mod deleted;
mod keys;
mod output;
mod progress;
mod serve;
mod sweep;
mod tenants;

use std::error::Error;
use std::iter::successors;
use std::process::ExitCode;

use aws_sdk_dynamodb::error::ErrorMetadata;
use clap::{Args, Parser, Subcommand};
use shared::error::Error as ServiceError;
use shared::model::id::{NotAnId, TenantId};
use shared::repository::{Table, client};
use tracing_subscriber::EnvFilter;

use crate::keys::KeyError;
use crate::store;
use serve::ServeError;

/// The embedded store warns at every refusal that it answers, a failed
/// condition included: those are the functions' daily bread.
const DEFAULT_LOG: &str = "warn,dynoxide=error";

/// Runs and operates the certifications API.
#[derive(Debug, Parser)]
#[command(name = "certs", version)]
struct Cli {
    #[command(flatten)]
    store: StoreOptions,
    /// Answer one JSON object on standard output
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

/// Which table the command works on.
#[derive(Args, Debug)]
struct StoreOptions {
    /// Use the DynamoDB at this URL. The access key of a store of `certs serve`
    /// is read from `.local/serve.json`, or, in another folder, from the
    /// variable `CERTS_DYNAMODB_ACCESS_KEY_ID`
    #[arg(long, global = true, value_name = "URL")]
    dynamodb_endpoint: Option<String>,
    /// Name of the table
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        default_value = "certifications"
    )]
    table: String,
}

impl StoreOptions {
    /// The table: of the given endpoint, or of the AWS account that the environment names.
    async fn table(&self) -> Table {
        let client = match &self.dynamodb_endpoint {
            Some(endpoint) => store::client(endpoint, &serve::access_key_of(endpoint)),
            None => client::from_environment().await,
        };
        Table::new(client, &self.table)
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    #[command(subcommand)]
    Tenants(tenants::Tenants),
    #[command(subcommand)]
    Keys(keys::Keys),
    #[command(subcommand)]
    Deleted(deleted::Deleted),
    Sweep(sweep::SweepTenants),
}

/// Why a command did nothing, or not all.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error(transparent)]
    Serve(#[from] ServeError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Service(#[from] ServiceError),
    #[error("the tenant `{0}` is not registered: `certs tenants add {0}` registers it")]
    UnknownTenant(TenantId),
    #[error("the tenant `{0}` is registered already: `certs tenants set {0}` changes its settings")]
    KnownTenant(TenantId),
    #[error(
        "the tenant `{tenant}` still has {holdings}, deleted ones included: `certs tenants remove \
         {tenant} --purge` deletes them too, for good"
    )]
    TenantHasRecords { tenant: TenantId, holdings: String },
    #[error(
        "the tenant `{tenant}` is removed, but has got {holdings} meanwhile: `certs tenants remove \
         {tenant} --purge` deletes them"
    )]
    WrittenMeanwhile { tenant: TenantId, holdings: String },
    #[error("{0}")]
    Incomplete(String),
    #[error("standard output is closed")]
    Output(#[from] std::io::Error),
}

/// Runs the command line of this process, and tells standard error why it failed.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    log_warnings();
    match perform(&cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("certs: {}", explained(&error));
            ExitCode::FAILURE
        }
    }
}

async fn perform(cli: &Cli) -> Result<(), CommandError> {
    let output = match &cli.command {
        Command::Serve(options) => {
            return Ok(serve::run(&cli.store, options, cli.json).await?);
        }
        Command::Tenants(command) => command.run(&cli.store.table().await).await?,
        Command::Keys(command) => command.run(&cli.store.table().await).await?,
        Command::Deleted(command) => command.run(&cli.store.table().await).await?,
        Command::Sweep(command) => command.run(cli.store.table().await).await?,
    };
    output.print(cli.json)?;
    match output.failure {
        Some(failure) => Err(CommandError::Incomplete(failure)),
        None => Ok(()),
    }
}

fn tenant_id(text: &str) -> Result<TenantId, NotAnId> {
    TenantId::try_from(text.to_owned())
}

/// `RUST_LOG` asks for more. Standard output is kept for what a command answers.
fn log_warnings() {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_unset| EnvFilter::new(DEFAULT_LOG));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

/// What went wrong, and why. There is no request whose id an operator could quote.
fn explained(error: &CommandError) -> String {
    match error {
        CommandError::Service(ServiceError::Internal(cause)) => {
            format!("the table cannot be used: {}", chain(cause.as_ref()))
        }
        other => chain(other),
    }
}

fn chain(error: &(dyn Error + 'static)) -> String {
    let errors = successors(Some(error), |&error| error.source());
    errors.map(sentence).collect::<Vec<_>>().join(": ")
}

/// What the store itself says is in a form of the SDK's for programmers.
fn sentence(error: &(dyn Error + 'static)) -> String {
    let metadata = error.downcast_ref::<ErrorMetadata>();
    let said = metadata.and_then(ErrorMetadata::message);
    said.map_or_else(|| error.to_string(), str::to_owned)
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
            assert_eq!(Cli::parse_from(line).store.table, "t");
        }
    }
}
