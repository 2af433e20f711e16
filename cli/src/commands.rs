//! What a user can type: the options shared by all commands here, each command
//! in a file of its own.

mod serve;

use std::error::Error;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

/// The embedded store warns at every refusal that it answers, a failed
/// condition included: those are the functions' daily bread.
const DEFAULT_LOG: &str = "warn,dynoxide=error";

/// Runs and operates the certifications API.
#[derive(Debug, Parser)]
#[command(name = "certs", version)]
struct Cli {
    #[command(flatten)]
    store: StoreOptions,
    #[command(subcommand)]
    command: Command,
}

/// Which table the command works on.
#[derive(Args, Debug)]
struct StoreOptions {
    /// Use the DynamoDB at this URL, with made-up credentials
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

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
}

/// Runs the command line of this process, and tells standard error why it failed.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    log_warnings();
    let outcome = match cli.command {
        Command::Serve(options) => serve::run(&cli.store, &options).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("certs: {}", chain(&error));
            ExitCode::FAILURE
        }
    }
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

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
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
