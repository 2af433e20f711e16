//! The expiration sweep function: telemetry, configuration, client, run.

use std::time::SystemTime;

use expiration_sweep::{DEADLINE_MARGIN, Invocation, Sweep};
use lambda_runtime::{Diagnostic, LambdaEvent, run, service_fn};
use serde_json::Value;
use shared::config::Config;
use shared::deadline::Deadline;
use shared::error::Error;
use shared::repository::{Table, client};
use shared::telemetry;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::init();
    let config = Config::from_env()?;
    let table = Table::new(client::from_environment().await, config.table_name);
    let sweep = &Sweep::new(table);
    run(service_fn(async |event: LambdaEvent<Value>| {
        let left = event.context.deadline().duration_since(SystemTime::now());
        let invocation = Invocation {
            request_id: event.context.request_id,
            deadline: Deadline::after(left.unwrap_or_default()).earlier(DEADLINE_MARGIN),
        };
        let handled = sweep.handle(event.payload, &invocation).await;
        let handled = handled.map_err(diagnostic)?;
        // Standard output is where Lambda collects lines, and CloudWatch metrics from them.
        handled.log.iter().for_each(|line| println!("{line}"));
        Ok::<_, Diagnostic>(handled.answer)
    }))
    .await
}

// The code is what the state machine tells errors apart by.
fn diagnostic(error: Error) -> Diagnostic {
    Diagnostic {
        error_type: error.code().to_owned(),
        error_message: error.to_string(),
    }
}
