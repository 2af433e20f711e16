//! The `certs` command: see the library for what it does.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    certs::commands::run().await
}
