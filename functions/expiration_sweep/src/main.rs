//! The expiration sweep function: telemetry, configuration, client, run.

use expiration_sweep::Sweep;
use lambda_runtime::{Diagnostic, LambdaEvent, run, service_fn};
use serde_json::Value;
use shared::base::error::Error;
use shared::repository::{Table, WarmUp, client};
use shared::runtime::config::Config;
use shared::runtime::deadline::Deadline;
use shared::runtime::invocation::Invocation;
use shared::runtime::telemetry;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::init("expiration_sweep");
    let config = Config::from_env()?;
    let table = Table::new(client::of_function(&config), config.table_name);
    table.warm_up(WarmUp::Tenants).await;
    let sweep = &Sweep::new(table);
    run(service_fn(async |event: LambdaEvent<Value>| {
        let deadline = Deadline::before_timeout(event.context.deadline);
        let invocation = Invocation::new(event.context.request_id, deadline);
        let answered = sweep.handle(event.payload, &invocation).await;
        answered.map_err(diagnostic)
    }))
    .await
}

// The state machine tells errors apart by their code.
fn diagnostic(error: Error) -> Diagnostic {
    Diagnostic {
        error_type: error.code().to_owned(),
        error_message: error.to_string(),
    }
}
